import type { FastifyInstance, FastifyRequest } from "fastify";
import { type JobRequest, JobRequestShape } from "../api/job-request.ts";
import type { RuntimeInfo } from "../api/runtime-info.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { errorTable } from "../errors/error-table.ts";
import { isPistonRuntime } from "../runtimes/piston-runtimes.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import { acceptJob, requireWaiting } from "./accept-jobs.ts";
import { artifacts } from "./artifacts.ts";
import { clientSignal } from "./client-signal.ts";
import { wantedStream } from "./event-stream.ts";
import { errorHandler } from "./http-error.ts";
import { streamJob } from "./job-stream.ts";
import { bodyObject, isJsonType, jsonText } from "./json-body.ts";
import { NATIVE_WORDS, nativeErrorBody } from "./native-words.ts";
import { packages } from "./packages.ts";
import { queuedJobs } from "./queued-jobs.ts";
import { reload } from "./reload.ts";
import { requestCheck } from "./request-check.ts";
import type { ServerDeps } from "./server-deps.ts";
import { status } from "./status.ts";
import { workflows } from "./workflows.ts";

const PREFIX = "/api/crankcase/v1";

/** The native API: strict, and all that Crankcase can do. */
export function jobs(server: FastifyInstance, deps: ServerDeps): void {
  server.register(
    (group, _options, done) => {
      addRules(group, deps);
      addRoutes(group, deps);
      artifacts(group, deps);
      status(group, deps);
      reload(group, deps);
      queuedJobs(group, deps);
      workflows(group, deps);
      packages(group, deps, nativeErrorBody);
      done();
    },
    { prefix: PREFIX },
  );
}

function addRules(group: FastifyInstance, deps: ServerDeps): void {
  group.removeAllContentTypeParsers();
  group.addContentTypeParser("*", { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) => {
    if (isJsonType(request.headers["content-type"])) return jsonText(body, "strict");
    throw new CrankcaseError("unsupported_media_type", errorTable.unsupported_media_type.meaning);
  });
  group.setErrorHandler(errorHandler(deps, nativeErrorBody));
  group.setNotFoundHandler(() => {
    throw new CrankcaseError("not_found", errorTable.not_found.meaning);
  });
}

function addRoutes(group: FastifyInstance, deps: ServerDeps): void {
  const requireJobRequest = requestCheck<JobRequest>(JobRequestShape);
  const config = { needs: "run" } as const;
  group.get("/runtimes", { config }, () => deps.catalogue.runtimes.map(runtimeInfo));
  group.post("/jobs", { config: { ...config, counts: "job" } }, async (request, reply) => {
    const { client } = request.caller;
    const job = requireJobRequest(bodyObject(request.body));
    if (job.wait === false) return await acceptJob(job, request.caller, reply, deps);
    requireWaiting(job);
    const call = { id: request.id, request: job, client };
    const format = wantedStream(request);
    if (format === null) return await deps.execute({ ...call, signal: clientSignal(reply) });
    return await streamJob(reply, format, call, { ...deps, errorBody: nativeErrorBody, words: NATIVE_WORDS });
  });
}

function runtimeInfo(of: Runtime): RuntimeInfo {
  const { language, version, aliases, runtime, fileEndings } = of;
  return {
    language,
    version,
    aliases: [...aliases],
    ...(runtime === null ? {} : { runtime }),
    ...(isPistonRuntime(of) ? { piston_format: true } : {}),
    ...(of.compilerFlags ? { compiler_flags: true } : {}),
    file_endings: [...fileEndings],
  };
}
