import type { FastifyInstance } from "fastify";
import type { ServerStatus } from "../api/server-status.ts";
import type { CompileCounts } from "../compiled/compile-cache.ts";
import type { ServerDeps } from "./server-deps.ts";

/** `GET .../status`: how the server is doing, for its operator. */
export function status(group: FastifyInstance, deps: ServerDeps): void {
  group.get("/status", { config: { needs: "admin" } }, () => serverStatus(deps));
}

function serverStatus(deps: ServerDeps): ServerStatus {
  const { version, release, startedAt, slots, queued, compiles, catalogue, warnings, access } = deps;
  return {
    version,
    release,
    started_at: startedAt.toISOString(),
    slots: {
      total: slots.total,
      running: slots.running,
      waiting: slots.waiting,
      queue_bound: slots.queueBound,
    },
    queued: { waiting: queued.waiting, running: queued.running },
    compile_cache: compiles === null ? null : compileCache(compiles.counts),
    runtimes: catalogue.runtimes.map((runtime) => ({ language: runtime.language, version: runtime.version })),
    packages: [...catalogue.packages],
    warnings: [...warnings, ...access.faults],
  };
}

function compileCache(counts: CompileCounts): ServerStatus["compile_cache"] {
  const { entries, bytes, boundBytes, hits, misses } = counts;
  return { entries, bytes, bound_bytes: boundBytes, hits, misses };
}
