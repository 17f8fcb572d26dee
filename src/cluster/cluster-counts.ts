import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";

/** How many jobs there are in the store, as of the last look. */
export interface ClusterCounts {
  readonly waiting: number;
  readonly running: number;
  /** Looks again. Rejects with `store_away`. */
  look(): Promise<void>;
}

/** Nothing is known before the first look. */
export function clusterCounts(store: SharedStore): ClusterCounts {
  let [waiting, running] = [0, 0];
  return {
    get waiting() {
      return waiting;
    },
    get running() {
      return running;
    },
    async look() {
      const [waits, runs] = await store.ask((redis) =>
        Promise.all([redis.hget(names.counts, "waiting"), redis.zcard(names.running)]),
      );
      [waiting, running] = [Math.max(0, Number(waits ?? 0)), runs];
    },
  };
}
