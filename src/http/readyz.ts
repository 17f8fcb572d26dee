import type { FastifyInstance } from "fastify";
import type { ServerDeps } from "./server-deps.ts";

/** `GET /readyz`: 200 where jobs should be sent here, else 503 with the reasons. No key is needed. */
export function readyz(server: FastifyInstance, { readiness }: Pick<ServerDeps, "readiness">): void {
  server.get("/readyz", { config: { needs: "nothing" } }, async (_request, reply) => {
    const answer = await readiness();
    reply.code(answer.ready ? 200 : 503).header("cache-control", "no-store");
    return answer;
  });
}
