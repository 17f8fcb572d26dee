import { CrankcaseError } from "../errors/crankcase-error.ts";
import { hasRoom, type QueueBounds } from "../slots/queue-room.ts";
import type { NewJob, StoreSize } from "./job-store.ts";
import type { WaitingJobs } from "./waiting-jobs.ts";

/** How much may be kept. */
export interface RoomBounds extends QueueBounds {
  /** Of all requests and results, in bytes. */
  readonly bytes: number;
}

/** What a caller is told to wait: a full store takes a while to get room. */
const RETRY_SECONDS = 10;

/** Keeps a store within its bounds. */
export interface StoreRoom {
  /** Takes room for jobs that are about to be stored; disposing says that they are, or are not. Throws `busy`. */
  take(jobs: readonly NewJob[]): Disposable;
  /** What the store holds now. */
  measured(size: StoreSize): void;
}

/** The room of a store that holds so much already. */
export function storeRoom(bounds: RoomBounds, waiting: WaitingJobs, size: StoreSize): StoreRoom {
  let bytes = size.bytes;
  let onTheWay = 0;
  return {
    take(jobs) {
      const [first] = jobs;
      const own = waiting.sizeOf(first?.client ?? "") + jobs.length - 1;
      if (!hasRoom(bounds, waiting.size + onTheWay + jobs.length - 1, own))
        throw full("As many jobs wait as may.");
      const added = jobs.reduce((sum, { request }) => sum + Buffer.byteLength(request), 0);
      if (bytes + added > bounds.bytes) throw full("The store of jobs is full.");
      bytes += added;
      onTheWay += jobs.length;
      return {
        [Symbol.dispose]() {
          onTheWay -= jobs.length;
        },
      };
    },
    measured(now) {
      bytes = now.bytes;
    },
  };
}

function full(message: string): CrankcaseError {
  return new CrankcaseError("busy", message, { retryAfterSeconds: RETRY_SECONDS });
}
