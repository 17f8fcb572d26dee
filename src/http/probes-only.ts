import type { FastifyInstance } from "fastify";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Access } from "./access.ts";

/** What a worker tells whoever asks. */
const PROBES: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics"]);

/** Turns away at a worker all but probes; the operator's socket of its machine does everything. */
export function answerProbesOnly(server: FastifyInstance, access: Pick<Access, "isOperator">): void {
  server.addHook("onRequest", async ({ routeOptions, raw }) => {
    if (PROBES.has(routeOptions.url ?? "") || access.isOperator(raw.socket)) return;
    throw new CrankcaseError(
      "wrong_role",
      "This server runs jobs for others, and answers nobody but probes.",
    );
  });
}
