import { randomUUID } from "node:crypto";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { requireKeys } from "./access.ts";
import { answerOrigins } from "./answer-origins.ts";
import { apiDocs } from "./api-docs.ts";
import { countRequests } from "./count-requests.ts";
import { healthz } from "./healthz.ts";
import { errorHandler, publicMessage } from "./http-error.ts";
import { jobs } from "./jobs.ts";
import { leaveBodies } from "./leave-body.ts";
import { metrics } from "./metrics.ts";
import { observeRequests } from "./observe-requests.ts";
import { pistonV1 } from "./piston-v1.ts";
import { pistonV2 } from "./piston-v2.ts";
import { answerProbesOnly } from "./probes-only.ts";
import { readyz } from "./readyz.ts";
import { giveRequestIds, tellRequestId } from "./request-id.ts";
import type { ServerDeps } from "./server-deps.ts";
import { isConnect, webSocketOptions } from "./web-socket-options.ts";

/** Within this a request must have arrived whole; a slower one only holds a connection. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Bodies are checked against our own shapes. Left out, Fastify loads a second checker and a writer of JSON: 3 MB. */
const NO_COMPILERS = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

function refuseSchema(): never {
  throw new Error("a route has a schema of Fastify's, which nothing here compiles");
}

/** Builds the server without a port: `listen` gives it one, `inject` needs none. */
export function buildServer(deps: ServerDeps): FastifyInstance {
  const notFound = (reply: FastifyReply) => reply.code(404).send({ message: "Not Found" });
  const onError = errorHandler(deps, (error) => ({ message: publicMessage(error) }));
  const server = fastify({
    bodyLimit: deps.bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: () => randomUUID(),
    http: { shouldUpgradeCallback: isConnect },
    schemaController: { compilersFactory: NO_COMPILERS },
    routerOptions: { ignoreTrailingSlash: true },
    // The router itself fails on a path that is not well encoded only: nothing can lie there.
    frameworkErrors(_error, request, reply) {
      tellRequestId(request as FastifyRequest, reply as FastifyReply);
      notFound(reply as FastifyReply);
    },
  });
  server.setErrorHandler(onError);
  // No route at the root reads a body: whatever it is, there is nothing where it was sent.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, async () => null);
  server.setNotFoundHandler((_request, reply) => notFound(reply));
  server.addHook("onSend", (_request, reply, payload, done) => {
    if (deps.ending.aborted) reply.header("connection", "close");
    done(null, payload);
  });
  giveRequestIds(server);
  observeRequests(server, deps);
  server.register(websocket, webSocketOptions(deps));
  leaveBodies(server);
  answerOrigins(server, deps.allowedOrigins);
  if (deps.isWorker === true) answerProbesOnly(server, deps.access);
  requireKeys(server, deps);
  countRequests(server, deps.meter);
  server.get("/", { config: { needs: "key" } }, () => ({ message: `Crankcase v${deps.version}` }));
  healthz(server, deps);
  readyz(server, deps);
  metrics(server, deps);
  apiDocs(server, deps);
  pistonV1(server, deps);
  pistonV2(server, deps);
  jobs(server, deps);
  return server;
}
