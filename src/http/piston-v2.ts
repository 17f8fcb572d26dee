import type { FastifyInstance } from "fastify";
import { type JobRequest, JobRequestShape } from "../api/job-request.ts";
import { clientSignal } from "./client-signal.ts";
import { bodyObject } from "./json-body.ts";
import { toJobRequest } from "./piston/to-job-request.ts";
import { toPistonAnswer } from "./piston/to-piston-answer.ts";
import { pistonPackages } from "./piston-packages.ts";
import { pistonRules } from "./piston-rules.ts";
import { requestCheck } from "./request-check.ts";
import type { ServerDeps } from "./server-deps.ts";

/** Where Piston itself answers, and where its public instance did. */
const PREFIXES = ["/api/v2", "/api/v2/piston"];

/** Piston's v2 routes: what can be run, and running it. */
export function pistonV2(server: FastifyInstance, deps: ServerDeps): void {
  for (const prefix of PREFIXES) {
    server.register(
      (group, _options, done) => {
        pistonRules(group, deps);
        addRoutes(group, deps);
        pistonPackages(group, deps);
        group.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: "Not Found" }));
        done();
      },
      { prefix },
    );
  }
}

function addRoutes(group: FastifyInstance, deps: ServerDeps): void {
  const requireJobRequest = requestCheck<JobRequest>(JobRequestShape);
  const config = { needs: "run" } as const;
  group.get("/runtimes", { config }, () =>
    deps.catalogue.runtimes.map(({ language, version, aliases, runtime }) => ({
      language,
      version,
      aliases,
      ...(runtime === null ? {} : { runtime }),
    })),
  );
  group.post("/execute", { config: { ...config, counts: "job" } }, async (request, reply) => {
    const body = bodyObject(request.body);
    const job = requireJobRequest(toJobRequest(body, deps));
    const { client } = request.caller;
    return toPistonAnswer(
      await deps.execute({ id: request.id, request: job, client, signal: clientSignal(reply) }),
    );
  });
}
