import { CrankcaseError } from "../errors/crankcase-error.ts";
import { type Asking, createGate, type Lease } from "./gate.ts";
import { hasRoom, type QueueBounds } from "./queue-room.ts";

/** How much may run at one time. */
export interface SlotLimits extends QueueBounds {
  /** Jobs that may hold a jail. */
  readonly slots: number;
  readonly concurrentCompiles: number;
  readonly concurrentRuns: number;
}

/**
 * The bound on everything that runs. A job takes one slot for its whole life, and an admission for each stage while the
 * stage lasts; since an admission is only ever waited for with nothing but the slot in hand, nobody waits in a circle.
 */
export interface Slots {
  /**
   * Waits for a slot; where several clients' jobs wait, the clients take turns. Rejects with `busy` when the queue is full
   * or the client has its share of it, `stopping` once closed, or the signal's reason. Who name no client share one turn.
   * Several at one time are given together, or none; there must be that many in `total`.
   */
  acquire(signal: AbortSignal, client?: string, asking?: Asking): Promise<Lease>;
  /** Waits until another stage of this kind may start, by turns as well. Rejects with the signal's reason only. */
  admit(stage: "compile" | "run", signal: AbortSignal, client?: string): Promise<Lease>;
  /** Turns away the jobs that wait and those that come; those that hold a slot go on. */
  close(): void;
  /** Resolves as soon as no job holds a slot. */
  idle(): Promise<void>;
  /** Jobs that may hold a slot, and that may wait for one. */
  readonly total: number;
  readonly queueBound: number;
  /** Run stages at one time. */
  readonly concurrentRuns: number;
  /** Slots that are held. */
  readonly running: number;
  readonly waiting: number;
}

/** The client of what is done for nobody in particular. */
const NOBODY = "";

/** Jobs mostly take about this long: what a caller is told to wait for each full round of the slots ahead of it. */
const SECONDS_PER_ROUND = 1;

/** What a caller is told to wait while the server starts again. */
const RESTART_SECONDS = 5;

/** Makes the slots of one daemon. */
export function createSlots(limits: SlotLimits): Slots {
  const { slots, queueBound, concurrentCompiles, concurrentRuns } = limits;
  const retryAfterSeconds = Math.max(1, Math.ceil((queueBound / slots) * SECONDS_PER_ROUND));
  const onFull = () =>
    new CrankcaseError("busy", "All slots are in use, and as many jobs are waiting as may.", {
      retryAfterSeconds,
    });
  const jobs = createGate({ width: slots, hasRoom: (all, own) => hasRoom(limits, all, own), onFull });
  // Only a job that holds a slot waits for an admission, and for one at a time: the slots bound this queue.
  const stageGate = (width: number) => createGate({ width, hasRoom: () => true, onFull });
  const stages = { compile: stageGate(concurrentCompiles), run: stageGate(concurrentRuns) };
  return {
    acquire: (signal, client = NOBODY, asking = {}) => jobs.acquire(signal, client, asking),
    admit: (stage, signal, client = NOBODY) => stages[stage].acquire(signal, client),
    close: () => jobs.close(stopping()),
    idle: () => jobs.idle(),
    total: slots,
    queueBound,
    concurrentRuns,
    get running() {
      return jobs.held;
    },
    get waiting() {
      return jobs.waiting;
    },
  };
}

/** The answer to a job that comes, waits or runs too late. */
export function stopping(): CrankcaseError {
  return new CrankcaseError("stopping", "The server is stopping.", { retryAfterSeconds: RESTART_SECONDS });
}
