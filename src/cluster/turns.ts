import type { Queue } from "bullmq";
import type { SharedStore } from "./shared-store.ts";
import { storeAway } from "./shared-store.ts";
import { BULL_PREFIX, turnsQueue } from "./store-names.ts";

/** The greatest priority that BullMQ takes (2^21, its documentation, "Prioritized"), less some room. */
export const MOST_TAG = 2_097_000;

/** A client's turn: whoever takes it runs the client's best job. */
export interface Turn {
  /** That of the job it was made for. */
  readonly id: string;
  readonly client: string;
  /** Lower ones come first. */
  readonly tag: number;
  /** Tags of other epochs are not comparable. */
  readonly epoch: string;
}

/** What BullMQ keeps of a turn. */
export interface TurnData {
  readonly client: string;
  readonly tag: number;
  readonly epoch: string;
}

/** The queues of turns, one for each class of workers. Disposing closes them. */
export interface Turns extends AsyncDisposable {
  /** Adds turns; one that stands there already is not added again. Rejects with `store_away`. */
  add(workerClass: string, turns: readonly Turn[]): Promise<void>;
  /** How many wait there. */
  size(workerClass: string): Promise<number>;
}

/** Nobody listens to BullMQ's own events: few are kept. */
const KEPT_EVENTS = 100;

/** Opens the queues when they are first needed. */
export async function openTurns(store: SharedStore): Promise<Turns> {
  const bull = await import("bullmq");
  const queues = new Map<string, Queue<TurnData>>();
  const queueOf = (workerClass: string) => {
    const known = queues.get(workerClass);
    if (known !== undefined) return known;
    const queue = new bull.Queue<TurnData>(turnsQueue(workerClass), {
      connection: store.redis,
      prefix: BULL_PREFIX,
      skipWaitingForReady: true,
      streams: { events: { maxLen: KEPT_EVENTS } },
    });
    // What a command fails of its caller hears.
    queue.on("error", () => undefined);
    queues.set(workerClass, queue as Queue<TurnData>);
    return queue;
  };
  return {
    async add(workerClass, turns) {
      if (turns.length === 0) return;
      const tickets = turns.map(({ id, client, tag, epoch }) => ({
        name: "turn",
        data: { client, tag, epoch },
        opts: { jobId: id, priority: tag, removeOnComplete: true, removeOnFail: true },
      }));
      await asAway(async () => {
        const [only, ...others] = tickets;
        if (only !== undefined && others.length === 0)
          await queueOf(workerClass).add(only.name, only.data, only.opts);
        else await queueOf(workerClass).addBulk(tickets);
      });
    },
    size: (workerClass) =>
      asAway(() => queueOf(workerClass).getJobCountByTypes("wait", "prioritized", "delayed")),
    async [Symbol.asyncDispose]() {
      for (const queue of queues.values()) await queue.close().catch(() => undefined);
    },
  };
}

async function asAway<Value>(action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (cause) {
    throw storeAway(cause);
  }
}
