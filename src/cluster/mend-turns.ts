import type { SharedStore } from "./shared-store.ts";
import { names, PREFIX } from "./store-names.ts";
import type { Turns } from "./turns.ts";
import type { SeenClass } from "./worker-classes.ts";

/** Jobs that are looked at, at one time. */
const MOST_AT_ONCE = 500;

/** What making up for turns takes. */
export interface MendTurnsDeps {
  readonly store: SharedStore;
  readonly turns: Turns;
}

/**
 * Adds turns where fewer wait than jobs: a process may have died, or the store's answer been lost, between adding a job and its turn. `missing` is
 * what was missing at the last look, by class. Rejects with `store_away`.
 */
export async function mendTurns(
  one: SeenClass,
  missing: Map<string, number>,
  { store, turns }: MendTurnsDeps,
): Promise<void> {
  const { digest } = one;
  const lacks = one.waiting - (await turns.size(digest));
  const before = missing.get(digest) ?? 0;
  missing.set(digest, lacks);
  // The first time they may only be on their way.
  if (lacks <= 0 || before <= 0) return;
  missing.delete(digest);
  const ids = await idsInLine(digest, store);
  const epoch = (await store.ask((redis) => redis.hget(`${PREFIX}turns:${digest}`, "epoch"))) ?? "0";
  const clients = await store.ask(async (redis) => {
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hget(names.job(id), "client");
    return (await pipeline.exec()) ?? [];
  });
  const made = ids.map((id, at) => ({ id, client: String(clients[at]?.[1] ?? ""), tag: 1, epoch }));
  await turns.add(digest, made);
}

/** Some of the jobs that wait for workers of a class. Rejects with `store_away`. */
export async function idsInLine(digest: string, store: SharedStore): Promise<readonly string[]> {
  return await store.ask(async (redis) => {
    const clients = await redis.hkeys(names.waitingByClient);
    const pipeline = redis.pipeline();
    for (const client of clients) pipeline.zrange(names.line(digest, client), "0", String(MOST_AT_ONCE - 1));
    const lines = (await pipeline.exec()) ?? [];
    return lines.flatMap(([, ids]) => ids as string[]).slice(0, MOST_AT_ONCE);
  });
}
