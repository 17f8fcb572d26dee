import type { FastifyInstance } from "fastify";
import type { ServerDeps } from "./server-deps.ts";

/** `GET /metrics`, for Prometheus. On loopback it is as open as the server; elsewhere it takes a key in any case. */
export function metrics(server: FastifyInstance, { metrics: all }: Pick<ServerDeps, "metrics">): void {
  const config = { needs: "metrics", always: "elsewhere" } as const;
  server.get("/metrics", { config }, async (_request, reply) => {
    reply.header("content-type", all.contentType).header("cache-control", "no-store");
    return await all.text();
  });
}
