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

/** What a lease is asked for with. */
export interface Asking {
  /** Of the gate's width, what the lease takes; 1 where left out. */
  readonly places?: number;
  /** It goes on with what was let in before: however many wait, it is not refused. Who asks bounds how often. */
  readonly isLetIn?: boolean;
}

/** Lets so many pass at one time; of the others clients take turns, each client's own in the order in which they came. */
export interface Gate {
  /**
   * Waits for a lease in the client's turn. Rejects at once with the `onFull` error when the queue is full or with the error
   * of `close`, and while waiting with the signal's reason. Who needs several places waits for them in its turn, and nobody
   * passes it by meanwhile; it must not ask for more than the width.
   */
  acquire(signal: AbortSignal, client: string, asking?: Asking): Promise<Lease>;
  /** Turns away those that wait and those that come. Leases that are out stay valid. */
  close(reason: Error): void;
  /** Resolves as soon as no lease is out. */
  idle(): Promise<void>;
  /** Places that leases have. */
  readonly held: number;
  readonly waiting: number;
}

interface Waiter {
  readonly places: number;
  readonly admit: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** Makes a gate. */
export function createGate({ width, hasRoom, onFull }: GateOptions): Gate {
  const waiters: JobQueue<Waiter> = fairQueue();
  const idleListeners: (() => void)[] = [];
  let held = 0;
  let closedBy: Error | null = null;

  const hasPlaces = (places: number) => held + places <= width;

  /** All whose turn it is, and that there are places for. */
  const admit = () => {
    for (let first = waiters.first; first !== undefined && hasPlaces(first.places); first = waiters.first)
      waiters.next()?.admit();
  };

  const release = (places: number) => {
    held -= places;
    admit();
    if (held === 0) for (const listener of idleListeners.splice(0)) listener();
  };

  const lease = (places: number, waitedMs: number): Lease => {
    held += places;
    let out = true;
    return {
      waitedMs,
      [Symbol.asyncDispose]() {
        if (out) release(places);
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
    async acquire(signal, client, { places = 1, isLetIn = false } = {}) {
      signal.throwIfAborted();
      if (closedBy !== null) throw closedBy;
      if (hasPlaces(places) && waiters.size === 0) return lease(places, 0);
      if (!isLetIn && !hasRoom(waiters.size, waiters.sizeOf(client))) throw onFull();
      const start = performance.now();
      const enqueue = (waiter: Waiter) => {
        const drop = waiters.add(client, waiter);
        return () => {
          drop();
          // It may have held up others, for which there are places.
          admit();
        };
      };
      return await waitForTurn({
        ...{ enqueue, signal, places },
        take: () => lease(places, performance.now() - start),
      });
    },
    close(reason) {
      closedBy = reason;
      for (let waiter = waiters.next(); waiter !== undefined; waiter = waiters.next()) waiter.refuse(reason);
    },
    idle: () => (held === 0 ? Promise.resolve() : new Promise((resolve) => idleListeners.push(resolve))),
  };
}

/** One who waits for its turn. */
interface Waiting {
  /** Queues the waiter; what it gives back takes it out again. */
  readonly enqueue: (waiter: Waiter) => () => void;
  readonly signal: AbortSignal;
  readonly places: number;
  readonly take: () => Lease;
}

/** The lease is taken in `admit` itself, so that nobody slips in between the turn and its continuation. */
async function waitForTurn({ enqueue, signal, places, take }: Waiting): Promise<Lease> {
  const { promise, resolve, reject } = Promise.withResolvers<Lease>();
  const drop = enqueue({ places, admit: () => resolve(take()), refuse: reject });
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
