import type { ClusterDeps } from "./cluster-deps.ts";
import type { JobTaker } from "./job-taker.ts";
import { names } from "./store-names.ts";
import { workerClass } from "./worker-class.ts";

/** What this server can run, for the others to know. */
export interface OwnClass {
  /** Null where this server runs nothing. */
  readonly digest: string | null;
  /** Writes down what this worker can run. Rejects with `store_away`. */
  announce(): Promise<void>;
  /** Takes the jobs of that class. */
  serve(): Promise<void>;
}

const SERVES_NOTHING: OwnClass = {
  digest: null,
  announce: () => Promise.resolve(),
  serve: () => Promise.resolve(),
};

/** It changes with packages and limits. */
export function ownClass({ work, config, store }: ClusterDeps, taker: JobTaker | null): OwnClass {
  if (work === null || taker === null) return SERVES_NOTHING;
  let known: {
    readonly runtimes: unknown;
    readonly limits: unknown;
    readonly digest: string;
    readonly text: string;
  };
  const current = () => {
    const { runtimes } = work.catalogue;
    const { limits } = work.limits;
    if (known?.runtimes === runtimes && known.limits === limits) return known;
    const own = workerClass(runtimes, work.limits, config);
    known = { runtimes, limits, digest: own.digest, text: JSON.stringify(own) };
    return known;
  };
  return {
    get digest() {
      return current().digest;
    },
    async announce() {
      const { digest, text } = current();
      await store.ask((redis) => redis.set(names.workerClass(digest), text, "NX"));
    },
    serve: () => taker.serve(current().digest),
  };
}
