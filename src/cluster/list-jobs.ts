import type { QueuedJob } from "../api/queued-job.ts";
import type { WantedJobs } from "../queue/queued-jobs-deps.ts";
import { queuedState, withoutTexts } from "../queue/queued-state.ts";
import { isOwn, listedFor, type Viewer } from "../queue/viewer.ts";
import { foundJob, type JobHash, standing } from "./job-fields.ts";
import { positionsOf, readJobs } from "./read-jobs.ts";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";

/** Jobs that are read at one time, of which some have the state that is wanted. */
const PAGE = 500;

/** Pages that one list looks through, at most: a rare state among very many jobs may be missed. */
const MOST_PAGES = 40;

/** The viewer's own jobs without what came of them, the newest first. Rejects with `store_away`. */
export async function listJobs(
  { state, limit, before }: WantedJobs,
  viewer: Viewer,
  store: SharedStore,
): Promise<readonly QueuedJob[]> {
  const key = listOf(viewer);
  const found: QueuedJob[] = [];
  let below = before === null ? "+inf" : `(${await seqOf(before, store)}`;
  for (let page = 0; page < MOST_PAGES && found.length < limit; page += 1) {
    const listed = await store.ask((redis) =>
      redis.zrevrangebyscore(key, below, "-inf", "WITHSCORES", "LIMIT", 0, PAGE),
    );
    const hashes = await readJobs(
      store,
      listed.filter((_text, at) => at % 2 === 0),
    );
    const positions = await positionsOf(store, hashes);
    const jobs = hashes.flatMap((hash) => shown(hash, viewer, positions));
    found.push(...jobs.filter((job) => state === null || job.state === state));
    if (listed.length < 2 * PAGE) break;
    below = `(${listed.at(-1)}`;
  }
  return found.slice(0, limit);
}

function listOf(viewer: Viewer): string {
  const owner = listedFor(viewer);
  if (owner === null) return names.lists.all;
  return "key" in owner ? names.lists.key(owner.key) : names.lists.client(owner.client);
}

function shown(hash: JobHash, viewer: Viewer, positions: ReadonlyMap<string, number>): QueuedJob[] {
  const found = foundJob(hash, Date.now());
  if (found === null || !isOwn(found.record, viewer)) return [];
  const live = standing(hash, positions.get(found.record.id) ?? 1);
  return [queuedState(withoutTexts(found.record), live)];
}

async function seqOf(id: string, store: SharedStore): Promise<string> {
  return (await store.ask((redis) => redis.hget(names.job(id), "seq"))) ?? "0";
}
