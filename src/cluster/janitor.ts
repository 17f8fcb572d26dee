import type { ErrorBody } from "../api/error-body.ts";
import type { JobRequest } from "../api/job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { errorText } from "./error-text.ts";
import { idsInLine, mendTurns } from "./mend-turns.ts";
import { MOVE_JOB } from "./scripts/move-job.ts";
import { RECLAIM_JOB } from "./scripts/reclaim-job.ts";
import { REMOVE_EXPIRED } from "./scripts/remove-expired.ts";
import type { SharedStore } from "./shared-store.ts";
import { names, PREFIX } from "./store-names.ts";
import { MOST_TAG, type Turns } from "./turns.ts";
import type { SeenClass, WorkerClasses } from "./worker-classes.ts";

/** What cleaning up takes. */
export interface JanitorDeps {
  readonly store: SharedStore;
  readonly turns: Turns;
  readonly classes: WorkerClasses;
  readonly memberId: string;
  readonly errorBody: (error: CrankcaseError, id: string) => ErrorBody;
  readonly callbackDue: () => void;
}

/** One process at a time cleans up; one that dies in between is followed by another after so many milliseconds. */
const TURN_MS = 3_000;

/** Of one kind, at one time. */
const MOST_AT_ONCE = 500;

/** Jobs of a class without workers are looked through so often: mostly no other class can run them. */
const MOVE_MS = 10_000;

/** A job that a worker took later than that is not looked at: it is alive, or was a moment ago. */
const SETTLED_MS = 10_000;

/** Cleans up once, where no other process does just now: jobs of dead workers, of classes without any, turns that are missing, results that expired. */
export type Janitor = () => Promise<void>;

/** Makes one. Its promise rejects with `store_away`. */
export function janitor(deps: JanitorDeps): Janitor {
  const { store, memberId } = deps;
  const missing = new Map<string, number>();
  const moved = new Map<string, number>();
  const isTime = (digest: string) => {
    const now = performance.now();
    if (now - (moved.get(digest) ?? Number.NEGATIVE_INFINITY) < MOVE_MS) return false;
    moved.set(digest, now);
    return true;
  };
  return async () => {
    const lock = `${PREFIX}janitor`;
    if ((await store.ask((redis) => redis.set(lock, memberId, "PX", TURN_MS, "NX"))) === null) return;
    await store.run(REMOVE_EXPIRED, Date.now(), MOST_AT_ONCE);
    await reclaimJobs(deps);
    for (const one of deps.classes.seen) {
      if (one.waiting === 0) continue;
      const isLeft = one.slots === 0 && deps.classes.seen.some(({ slots }) => slots > 0);
      if (isLeft && isTime(one.digest)) await moveJobs(one, deps);
      await mendTurns(one, missing, deps);
    }
  };
}

/** Jobs whose worker is dead wait again, or were interrupted. */
async function reclaimJobs({ store, turns, errorBody, callbackDue }: JanitorDeps): Promise<void> {
  const now = Date.now();
  const old = await store.ask((redis) =>
    redis.zrangebyscore(names.running, "-inf", now - SETTLED_MS, "LIMIT", 0, MOST_AT_ONCE * 8),
  );
  if (old.length === 0) return;
  const error = new CrankcaseError("interrupted", "The worker stopped or crashed while the job ran.");
  for (const id of await deadOnes(old, store)) {
    const texts = [JSON.stringify(errorBody(error, id)), errorText(error)];
    const answer = (await store.run(RECLAIM_JOB, id, now, MOST_TAG, ...texts)) as string[];
    const [what, workerClass = "", client = "", tag, epoch = ""] = answer;
    if (what === "ended") callbackDue();
    if (what === "waits")
      await turns.add(workerClass, [{ id: nextTurnId(id), client, tag: Number(tag), epoch }]);
  }
}

/** Those whose worker does not tell of itself. */
async function deadOnes(ids: readonly string[], store: SharedStore): Promise<readonly string[]> {
  return await store.ask(async (redis) => {
    const takers = redis.pipeline();
    for (const id of ids) takers.hget(names.job(id), "taker");
    const answers = (await takers.exec()) ?? [];
    const known = [...new Set(answers.map(([, taker]) => String(taker ?? "")))];
    const alive = await redis.mget(known.map(names.member));
    const dead = new Set(known.filter((_taker, at) => alive[at] === null));
    return ids.filter((_id, at) => dead.has(String(answers[at]?.[1] ?? "")));
  });
}

/** Jobs that wait for workers of which none lives wait for others that can run them, where there are. */
async function moveJobs(from: SeenClass, { store, turns, classes }: JanitorDeps): Promise<void> {
  for (const id of await idsInLine(from.digest, store)) {
    const text = await store.ask((redis) => redis.hget(names.job(id), "request"));
    const to = text === null ? null : livingClassFor(JSON.parse(text) as JobRequest, classes);
    if (to === null || to === from.digest) continue;
    const [what, client = "", tag, epoch = ""] = (await store.run(
      MOVE_JOB,
      id,
      from.digest,
      to,
      MOST_TAG,
    )) as string[];
    if (what === "waits") await turns.add(to, [{ id: nextTurnId(id), client, tag: Number(tag), epoch }]);
  }
}

function livingClassFor(request: JobRequest, classes: WorkerClasses): string | null {
  try {
    return classes.choose(request, true).digest;
  } catch {
    return null;
  }
}

/** The turn that a job came with may be had already, or still be known to BullMQ. */
function nextTurnId(id: string): string {
  return `${id}-${Date.now().toString(36)}`;
}
