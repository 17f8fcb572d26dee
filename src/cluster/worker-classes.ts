import type { JobRequest } from "../api/job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { resolveRequest } from "../jobs/resolve-request.ts";
import { type Catalogue, catalogueOf } from "../runtimes/catalogue.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import type { Member } from "./members.ts";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";
import type { WorkerClass } from "./worker-class.ts";

/** A class whose workers nobody has seen for so long is forgotten, in milliseconds: a week. */
const FORGOTTEN_AFTER_MS = 7 * 86_400_000;

/** What a caller is told to wait where no worker is there. */
const RETRY_SECONDS = 5;

/** A class as one looks at it. */
export interface SeenClass extends WorkerClass {
  readonly catalogue: Catalogue;
  /** Jobs that its workers that live may run at one time; 0 where none lives. */
  slots: number;
  /** Jobs that wait for one of them, as of the last look. */
  waiting: number;
}

/** All classes of workers that there are. */
export interface WorkerClasses {
  /** What any of those that live can run; of all that are known where none lives. */
  readonly catalogue: Catalogue;
  /** All that are known, also those of which no worker lives. */
  readonly seen: readonly SeenClass[];
  /** Looks at them again. Rejects with `store_away`. */
  look(alive: readonly Member[]): Promise<void>;
  /**
   * Whose workers shall run a job: of those that can the one with the least waiting for each slot. Throws what a caller did
   * wrong; and `no_worker` where none could be chosen, as where none lives and somebody waits.
   */
  choose(request: JobRequest, isWaited: boolean): SeenClass;
}

/** Knows no class before the first look. */
export function workerClasses(store: SharedStore): WorkerClasses {
  const seen: SeenClass[] = [];
  let union = catalogueOf([]);
  let unionOf = "";
  return {
    seen,
    get catalogue() {
      return union;
    },
    async look(alive) {
      const digests = await knownDigests(store, alive);
      const waiting = await store.ask((redis) => redis.hgetall(names.waitingByClass));
      const fresh = digests.filter((digest) => !seen.some((one) => one.digest === digest));
      const kept = seen.filter(({ digest }) => digests.includes(digest));
      const added = await Promise.all(fresh.map((digest) => readClass(store, digest)));
      seen.splice(0, seen.length, ...kept, ...added.filter((one) => one !== null));
      for (const one of seen) {
        const own = alive.filter((member) => member.workerClass === one.digest);
        one.slots = own.reduce((sum, { slots }) => sum + slots, 0);
        one.waiting = Number(waiting[one.digest] ?? 0);
      }
      const shown = seen.some(isAlive) ? seen.filter(isAlive) : seen;
      const name = shown.map(({ digest }) => digest).join(" ");
      if (name === unionOf) return;
      unionOf = name;
      union = catalogueOf(distinct(shown.flatMap(({ runtimes }) => runtimes)));
    },
    choose: (request, isWaited) => choose(request, isWaited, seen, union),
  };
}

function isAlive({ slots }: SeenClass): boolean {
  return slots > 0;
}

/** The same version of a language once, whoever has it. */
function distinct(runtimes: readonly Runtime[]): Runtime[] {
  return [...new Map(runtimes.map((one) => [`${one.language} ${one.version} ${one.runtime}`, one])).values()];
}

async function knownDigests(store: SharedStore, alive: readonly Member[]): Promise<string[]> {
  const now = Date.now();
  const mine = [...new Set(alive.flatMap(({ workerClass }) => workerClass ?? []))];
  return await store.ask(async (redis) => {
    if (mine.length > 0) await redis.zadd(names.classes, ...mine.flatMap((digest) => [now, digest]));
    return await redis.zrangebyscore(names.classes, now - FORGOTTEN_AFTER_MS, "+inf");
  });
}

async function readClass(store: SharedStore, digest: string): Promise<SeenClass | null> {
  const text = await store.ask((redis) => redis.get(names.workerClass(digest)));
  if (text === null) return null;
  const own = JSON.parse(text) as WorkerClass;
  return { ...own, catalogue: catalogueOf(own.runtimes), slots: 0, waiting: 0 };
}

function choose(
  request: JobRequest,
  isWaited: boolean,
  seen: readonly SeenClass[],
  catalogue: Catalogue,
): SeenClass {
  const usable = isWaited ? seen.filter(isAlive) : seen;
  if (usable.length === 0) throw noWorker();
  const refusals: CrankcaseError[] = [];
  const able = usable.filter((one) => {
    try {
      resolveRequest("", request, one);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof CrankcaseError)) throw thrown;
      refusals.push(thrown);
      return false;
    }
  });
  const [best] = able.sort((one, other) => load(one) - load(other));
  if (best !== undefined) return best;
  // Who has the language refuses it for something else, which says more.
  const telling = refusals.find(({ code }) => code !== "unknown_runtime");
  if (telling !== undefined) throw telling;
  // All of them together know best what was meant.
  const [any] = usable;
  if (any !== undefined) resolveRequest("", request, { catalogue, limits: any.limits, labels: any.labels });
  throw noWorker();
}

function load({ waiting, slots }: SeenClass): number {
  return slots === 0 ? Number.POSITIVE_INFINITY : waiting / slots;
}

function noWorker(): CrankcaseError {
  const message = "No worker that could run the job is there just now.";
  return new CrankcaseError("no_worker", message, { retryAfterSeconds: RETRY_SECONDS });
}
