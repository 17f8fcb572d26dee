import type { FastifyInstance } from "fastify";
import type { ServerDeps } from "./server-deps.ts";

/** `GET /healthz`: 200 while jobs are taken, 503 while the server stops; with how much runs and waits. */
export function healthz(server: FastifyInstance, { slots, catalogue }: ServerDeps): void {
  server.get("/healthz", (_request, reply) => {
    reply.code(slots.closed ? 503 : 200);
    return {
      status: slots.closed ? "stopping" : "ok",
      runtimes: catalogue.runtimes.length,
      running: slots.running,
      waiting: slots.waiting,
    };
  });
}
