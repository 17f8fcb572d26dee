import type { FastifyInstance } from "fastify";
import { type JobRequest, JobRequestShape } from "../api/job-request.ts";
import { clientSignal } from "./client-signal.ts";
import { bodyObject } from "./json-body.ts";
import { v1Answer } from "./piston/v1-answer.ts";
import { v1Name, v1Versions } from "./piston/v1-names.ts";
import { v1Job } from "./piston/v1-request.ts";
import { pistonRules } from "./piston-rules.ts";
import { requestCheck } from "./request-check.ts";
import type { ServerDeps } from "./server-deps.ts";

/** Where v1's own server answered, and that of 2018; and where the public one did. */
const PREFIXES = ["", "/api/v1/piston"];

/** Piston's v1 routes, of 2021: they serve the clients of 2018 too. */
export function pistonV1(server: FastifyInstance, deps: ServerDeps): void {
  for (const prefix of PREFIXES) {
    server.register(
      (group, _options, done) => {
        pistonRules(group, deps);
        addRoutes(group, deps);
        done();
      },
      { prefix },
    );
  }
}

function addRoutes(group: FastifyInstance, deps: ServerDeps): void {
  const requireJobRequest = requestCheck<JobRequest>(JobRequestShape);
  const config = { needs: "run" } as const;
  group.get("/versions", { config }, () => v1Versions(deps.catalogue));
  group.post("/execute", { config }, async (request, reply) => {
    const job = v1Job(bodyObject(request.body), deps.catalogue);
    const language = v1Name(deps.catalogue, job.runtime);
    const call = { id: request.id, request: requireJobRequest(job.request), signal: clientSignal(reply) };
    return v1Answer(await deps.execute(call), language);
  });
}
