import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { requestIds } from "./request-id.ts";
import type { ServerDeps } from "./server-deps.ts";

/**
 * Counts every request that was answered, and logs it at the level `debug`: which route, which status, how long, whose key.
 * Never the path as it was written: people put names and keys there.
 */
export function observeRequests(
  server: FastifyInstance,
  { metrics, log }: Pick<ServerDeps, "metrics" | "log">,
): void {
  server.addHook("onResponse", (request, reply, done) => {
    const { method, is404, routeOptions } = request;
    const route = is404 ? null : (routeOptions.url ?? null);
    metrics.answered({ method, route, status: reply.statusCode });
    if (log.isLevelEnabled("debug")) log.debug(accessLine(request, reply, route), "request");
    done();
  });
}

function accessLine(request: FastifyRequest, reply: FastifyReply, route: string | null): object {
  const { method } = request;
  // Who was turned away is nobody that we know.
  const { key = null } = (request.caller as FastifyRequest["caller"] | undefined) ?? {};
  return {
    ...requestIds(request),
    method,
    route,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    ...(key === null ? {} : { key: key.name }),
  };
}
