import { setTimeout as sleep } from "node:timers/promises";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";

/** One process of the cluster, as it tells the others of itself. */
export interface Member {
  readonly id: string;
  readonly role: "all" | "api" | "worker";
  /** Of the configuration, to find it by. */
  readonly instance: string;
  /** Which jobs it can run (worker-class.ts); null where it runs none, or takes no more. */
  readonly workerClass: string | null;
  /** Jobs that it may run at one time, and that it runs. */
  readonly slots: number;
  readonly running: number;
}

/** Whoever has not been heard of for so long is taken for dead, in milliseconds. */
const DEAD_AFTER_MS = 10_000;

const BEAT_MS = 2_000;

/** Members of which there is only the name left are kept in the list for so long. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** Who is there. Disposing takes us out. */
export interface Members extends AsyncDisposable {
  /** All that live, we too, as of the last look. */
  readonly alive: readonly Member[];
  /** Tells of us and looks at all, now. Rejects with `store_away`. */
  beat(): Promise<void>;
}

/** What telling of ourselves takes. */
export interface MembersDeps {
  readonly store: SharedStore;
  /** What we are now. */
  readonly own: () => Member;
  /** Hears of all that live, after each look. */
  readonly onLook: (alive: readonly Member[]) => void;
}

/** Joins the members, and looks at them every two seconds. Rejects with `store_away`. */
export async function joinMembers({ store, own, onLook }: MembersDeps): Promise<Members> {
  let alive: readonly Member[] = [];
  const stop = new AbortController();
  const beat = async () => {
    alive = await store.ask(() => tellAndLook(store, own()));
    onLook(alive);
  };
  await beat();
  const back = () => void beat().catch(() => undefined);
  store.redis.on("ready", back);
  const beating = beatWhile(stop.signal, beat);
  return {
    get alive() {
      return alive;
    },
    beat,
    async [Symbol.asyncDispose]() {
      store.redis.off("ready", back);
      stop.abort();
      await beating;
      const { id } = own();
      const gone = store.ask((redis) =>
        redis.pipeline().del(names.member(id)).zrem(names.members, id).exec(),
      );
      await gone.catch(() => undefined);
    },
  };
}

async function beatWhile(signal: AbortSignal, beat: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sleep(BEAT_MS, undefined, { signal, ref: false }).catch(() => undefined);
    // What the store cannot take now it takes when it is back.
    if (!signal.aborted) await beat().catch(() => undefined);
  }
}

async function tellAndLook({ redis }: SharedStore, own: Member): Promise<readonly Member[]> {
  const now = Date.now();
  const told = redis
    .pipeline()
    .set(names.member(own.id), JSON.stringify(own), "PX", DEAD_AFTER_MS)
    .zadd(names.members, now, own.id)
    .zremrangebyscore(names.members, "-inf", now - FORGOTTEN_AFTER_MS)
    .zrange(names.members, "0", "-1");
  const answers = await told.exec();
  const failed = answers?.find(([error]) => error !== null);
  if (answers === null || failed !== undefined) throw failed?.[0] ?? new Error("no answer");
  const ids = answers.at(-1)?.[1] as string[];
  const texts = await redis.mget(ids.map(names.member));
  return texts.filter((text) => text !== null).map((text) => JSON.parse(text) as Member);
}
