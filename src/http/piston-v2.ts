import type { FastifyInstance } from "fastify";
import { type JobRequest, JobRequestShape } from "../api/job-request.ts";
import type { CrankcaseError } from "../errors/crankcase-error.ts";
import { clientSignal } from "./client-signal.ts";
import { wantedStream } from "./event-stream.ts";
import { type StreamWords, streamJob, withoutOutput } from "./job-stream.ts";
import { bodyObject } from "./json-body.ts";
import { errorMessage } from "./packages.ts";
import { toJobRequest } from "./piston/to-job-request.ts";
import { pistonStage, toPistonAnswer } from "./piston/to-piston-answer.ts";
import { pistonConnect } from "./piston-connect.ts";
import { pistonPackages } from "./piston-packages.ts";
import { pistonRules } from "./piston-rules.ts";
import { requestCheck } from "./request-check.ts";
import type { ServerDeps } from "./server-deps.ts";

/** Where Piston itself answers, and where its public instance did. */
const PREFIXES = ["/api/v2", "/api/v2/piston"];

/** A stream's stages have no output: that came before. */
const STREAM_WORDS: StreamWords = {
  stage: (result) => withoutOutput(pistonStage(result)),
  job(result) {
    const { run, compile, ...about } = toPistonAnswer(result);
    const answer = { ...about, run: withoutOutput(run) };
    return compile === undefined ? answer : { ...answer, compile: withoutOutput(compile) };
  },
};

/** Piston's v2 routes: what can be run, and running it. */
export function pistonV2(server: FastifyInstance, deps: ServerDeps): void {
  const requireJobRequest = requestCheck<JobRequest>(JobRequestShape);
  for (const prefix of PREFIXES) {
    server.register(
      (group, _options, done) => {
        pistonRules(group, deps);
        addRoutes(group, deps, requireJobRequest);
        pistonPackages(group, deps);
        pistonConnect(group, deps, requireJobRequest);
        group.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: "Not Found" }));
        done();
      },
      { prefix },
    );
  }
}

function errorBody(error: CrankcaseError): { message: string } {
  return { message: errorMessage(error) };
}

function addRoutes(
  group: FastifyInstance,
  deps: ServerDeps,
  requireJobRequest: (value: unknown) => JobRequest,
): void {
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
    const call = { id: request.id, request: job, client: request.caller.client };
    const format = wantedStream(request);
    if (format !== null)
      return await streamJob(reply, format, call, { ...deps, errorBody, words: STREAM_WORDS });
    return toPistonAnswer(await deps.execute({ ...call, signal: clientSignal(reply) }));
  });
}
