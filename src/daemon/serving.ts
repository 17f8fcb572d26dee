import type { ServerDeps } from "../http/server-deps.ts";
import type { JobDesk } from "../queue/job-desk.ts";
import type { ReadinessDeps } from "./readiness.ts";

/** What callers are answered with. */
export type Served = Pick<
  ServerDeps,
  "catalogue" | "slots" | "execute" | "packages" | "artifacts" | "compiles" | "metrics"
>;

/** All of a daemon but its HTTP side, whatever its role. Disposing ends what is left of it. */
export interface Serving extends AsyncDisposable {
  readonly served: Served;
  readonly queued: JobDesk;
  /** Reads definitions and packages again. Rejects with `invalid_definition`. */
  reload(): Promise<void>;
  /** What of this server may keep jobs from being sent here. */
  readonly readiness: Omit<ReadinessDeps, "ending">;
  /** It answers nobody but probes. */
  readonly isWorker: boolean;
}
