import type { Job, Worker } from "bullmq";
import type { SharedStore } from "./shared-store.ts";
import { BULL_PREFIX, turnsQueue } from "./store-names.ts";
import type { TurnData } from "./turns.ts";

/** A turn that BullMQ has not heard of for so long is given to another worker, which looks who has its job; in milliseconds. */
const LOCK_MS = 10_000;

/** How often it is looked for such turns. */
const STALLED_MS = 5_000;

/** Before a command that failed is sent again, in milliseconds. */
const RETRY_MS = 500;

/** What having turns takes. */
export interface TurnWorkerDeps {
  readonly store: Pick<SharedStore, "connect">;
  readonly memberId: string;
  /** Turns that are had at one time. */
  readonly width: number;
  readonly warn: (text: string) => void;
}

/** Has turns of a class, and does something with each; whoever opens it closes it. */
export async function openTurnWorker(
  workerClass: string,
  take: (turn: Job<TurnData>, token: string) => Promise<void>,
  { store, memberId, width, warn }: TurnWorkerDeps,
): Promise<Worker<TurnData>> {
  const bull = await import("bullmq");
  const connection = store.connect();
  connection.on("error", () => undefined);
  const worker = new bull.Worker<TurnData>(turnsQueue(workerClass), (turn, token = "") => take(turn, token), {
    connection,
    prefix: BULL_PREFIX,
    name: memberId,
    concurrency: width,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_MS,
    // How often is nobody's fault here: what becomes of the job is decided by its own record.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    runRetryDelay: RETRY_MS,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  let isTold = false;
  worker.on("error", (error) => {
    if (!isTold) warn(`taking jobs: ${error.message}`);
    isTold = true;
  });
  worker.on("active", () => {
    isTold = false;
  });
  worker.on("closed", () => connection.disconnect());
  return worker;
}

/** Gives a turn back, to be had again then. Always throws: that is how BullMQ hears of it. */
export async function putBack(turn: Job<TurnData>, inMs: number, token: string): Promise<never> {
  const { DelayedError } = await import("bullmq");
  await turn.moveToDelayed(Date.now() + inMs, token);
  throw new DelayedError();
}

/** Whether that was thrown. */
export function isPutBack(error: unknown): boolean {
  return error instanceof Error && error.name === "DelayedError";
}
