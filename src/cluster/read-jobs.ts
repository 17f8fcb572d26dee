import type { JobHash } from "./job-fields.ts";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";

/** The hashes of jobs, in their order; empty ones of those that there are not. Rejects with `store_away`. */
export async function readJobs(store: SharedStore, ids: readonly string[]): Promise<readonly JobHash[]> {
  if (ids.length === 0) return [];
  return await store.ask(async (redis) => {
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hgetall(names.job(id));
    const answers = (await pipeline.exec()) ?? [];
    const failed = answers.find(([error]) => error !== null);
    if (failed !== undefined) throw failed[0];
    return answers.map(([, hash]) => hash as JobHash);
  });
}

/**
 * About how many turns away jobs are that stand in line, by id: those before them of their client's, and of each other client as many.
 * Rejects with `store_away`.
 */
export async function positionsOf(
  store: SharedStore,
  hashes: readonly JobHash[],
): Promise<ReadonlyMap<string, number>> {
  const inLine = hashes.filter(({ line }) => line !== undefined);
  if (inLine.length === 0) return new Map();
  return await store.ask(async (redis) => {
    const pipeline = redis.pipeline().hgetall(names.waitingByClient);
    for (const { id = "", class: workerClass = "", client = "" } of inLine)
      pipeline.zrank(names.line(workerClass, client), id);
    const [clients, ...ranks] = (await pipeline.exec()) ?? [];
    const waiting = Object.entries((clients?.[1] ?? {}) as Record<string, string>);
    return new Map(
      inLine.map(({ id = "", client }, at) => {
        const rank = Number(ranks[at]?.[1] ?? 0) + 1;
        const others = waiting.filter(([name]) => name !== client);
        return [id, others.reduce((sum, [, count]) => sum + Math.min(rank, Number(count)), rank)];
      }),
    );
  });
}
