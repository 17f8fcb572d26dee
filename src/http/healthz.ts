import type { FastifyInstance } from "fastify";
import type { Health } from "../api/health.ts";
import type { ServerDeps } from "./server-deps.ts";

/** `GET /healthz`: 200, and 503 as soon as the server was asked to stop; with how much runs and waits. No key is needed. */
export function healthz(
  server: FastifyInstance,
  { slots, catalogue, version, release, ending, store }: ServerDeps,
): void {
  server.get("/healthz", { config: { needs: "nothing" } }, (_request, reply): Health => {
    reply.code(ending.aborted ? 503 : 200);
    return {
      status: ending.aborted ? "stopping" : "ok",
      version,
      release,
      runtimes: catalogue.runtimes.length,
      running: slots.running,
      waiting: slots.waiting,
      ...(store === undefined ? {} : { store: store.fault === null ? "ok" : "away" }),
    };
  });
}
