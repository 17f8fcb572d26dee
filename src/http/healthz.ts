import type { FastifyInstance } from "fastify";
import type { ServerDeps } from "./server-deps.ts";

/** `GET /healthz`: 200 while jobs are taken, 503 while the server stops; with how much runs and waits. No key is needed. */
export function healthz(server: FastifyInstance, { slots, catalogue, version, release }: ServerDeps): void {
  server.get("/healthz", { config: { needs: "nothing" } }, (_request, reply) => {
    reply.code(slots.closed ? 503 : 200);
    return {
      status: slots.closed ? "stopping" : "ok",
      version,
      release,
      runtimes: catalogue.runtimes.length,
      running: slots.running,
      waiting: slots.waiting,
    };
  });
}
