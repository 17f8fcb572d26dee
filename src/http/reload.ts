import type { FastifyInstance } from "fastify";
import type { ServerDeps } from "./server-deps.ts";

/** `POST .../reload`: configuration and definitions are read again, as by SIGHUP. */
export function reload(group: FastifyInstance, deps: Pick<ServerDeps, "reload">): void {
  group.post("/reload", { config: { needs: "admin", always: true } }, () => deps.reload());
}
