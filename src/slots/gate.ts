import { fairQueue } from "./fair-queue.ts";
import type { JobQueue } from "./job-queue.ts";

/** The right to go on; disposing gives it back, and doing so twice is harmless. */
export interface Lease extends AsyncDisposable {
  /** How long the lease was waited for, in milliseconds. */
  readonly waitedMs: number;
}

/** What a gate is made of. */
export interface GateOptions {
  /** Leases that may be out at one time. */
  readonly width: number;
  /** Whether one more may wait, where so many wait in all and so many of its client's own. */
  readonly hasRoom: (all: number, own: number) => boolean;
  /** The error of who finds the queue full, or its own share of it. */
  readonly onFull: () => Error;
}

/** Lets so many pass at one time; of the others clients take turns, each client's own in the order in which they came. */
export interface Gate {
  /**
   * Waits for a lease in the client's turn. Rejects at once with the `onFull` error when the queue is full or with the error
   * of `close`, and while waiting with the signal's reason.
   */
  acquire(signal: AbortSignal, client: string): Promise<Lease>;
  /** Turns away those that wait and those that come. Leases that are out stay valid. */
  close(reason: Error): void;
  /** Resolves as soon as no lease is out. */
  idle(): Promise<void>;
  readonly held: number;
  readonly waiting: number;
}

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** Makes a gate. */
export function createGate({ width, hasRoom, onFull }: GateOptions): Gate {
  const waiters: JobQueue<Waiter> = fairQueue();
  const idleListeners: (() => void)[] = [];
  let held = 0;
  let closedBy: Error | null = null;

  const release = () => {
    held -= 1;
    waiters.next()?.admit();
    if (held === 0) for (const listener of idleListeners.splice(0)) listener();
  };

  const lease = (waitedMs: number): Lease => {
    held += 1;
    let out = true;
    return {
      waitedMs,
      [Symbol.asyncDispose]() {
        if (out) release();
        out = false;
        return Promise.resolve();
      },
    };
  };

  return {
    get held() {
      return held;
    },
    get waiting() {
      return waiters.size;
    },
    async acquire(signal, client) {
      signal.throwIfAborted();
      if (closedBy !== null) throw closedBy;
      if (held < width && waiters.size === 0) return lease(0);
      if (!hasRoom(waiters.size, waiters.sizeOf(client))) throw onFull();
      const start = performance.now();
      const enqueue = (waiter: Waiter) => waiters.add(client, waiter);
      return await waitForTurn(enqueue, signal, () => lease(performance.now() - start));
    },
    close(reason) {
      closedBy = reason;
      for (let waiter = waiters.next(); waiter !== undefined; waiter = waiters.next()) waiter.refuse(reason);
    },
    idle: () => (held === 0 ? Promise.resolve() : new Promise((resolve) => idleListeners.push(resolve))),
  };
}

/** The lease is taken in `admit` itself, so that nobody slips in between the turn and its continuation. */
async function waitForTurn(
  enqueue: (waiter: Waiter) => () => void,
  signal: AbortSignal,
  take: () => Lease,
): Promise<Lease> {
  const { promise, resolve, reject } = Promise.withResolvers<Lease>();
  const drop = enqueue({ admit: () => resolve(take()), refuse: reject });
  const leave = () => {
    drop();
    reject(signal.reason);
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
