import { randomUUID } from "node:crypto";
import fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { LimitConfig } from "../jobs/language-limits.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { Slots } from "../slots/slots.ts";
import { healthz } from "./healthz.ts";
import { errorHandler, publicMessage } from "./http-error.ts";
import { jobs } from "./jobs.ts";
import { pistonV2 } from "./piston-v2.ts";

/** What the HTTP server is made of. */
export interface ServerDeps {
  readonly catalogue: Catalogue;
  readonly limits: LimitConfig;
  readonly slots: Slots;
  readonly execute: ExecuteJob;
  readonly log: Logger;
  readonly bodyLimitBytes: number;
  /** Origins whose pages may send JSON without declaring it. */
  readonly allowedOrigins: readonly string[];
  /** Crankcase's own version, for example 0.1.0. */
  readonly version: string;
}

/** Within this a request must have arrived whole; a slower one only holds a connection. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Builds the server without a port: `listen` gives it one, `inject` needs none. */
export function buildServer(deps: ServerDeps): FastifyInstance {
  const onError = errorHandler(deps.log, (error) => ({ message: publicMessage(error) }));
  const server = fastify({
    bodyLimit: deps.bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: onError,
  });
  server.setErrorHandler(onError);
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: "Not Found" }));
  server.get("/", () => ({ message: `Crankcase v${deps.version}` }));
  healthz(server, deps);
  pistonV2(server, deps);
  jobs(server, deps);
  return server;
}
