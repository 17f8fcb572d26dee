import type { ServerDeps } from "../http/server-deps.ts";
import type { JobDesk } from "../queue/job-desk.ts";
import type { SubmitDeps } from "../queue/new-jobs.ts";
import type { WorkflowSharing, WorkflowStore } from "../queue/workflow-store.ts";
import type { ReadinessDeps } from "./readiness.ts";

/** What callers are answered with. */
export type Served = Pick<
  ServerDeps,
  "catalogue" | "slots" | "execute" | "packages" | "artifacts" | "compiles" | "metrics"
>;

/** Where workflows are kept, and who else may drive them. */
export interface KeptWorkflows {
  readonly store: WorkflowStore;
  readonly sharing: WorkflowSharing;
  /** How often those are looked at that nobody may drive any more, and those that have expired are removed, in milliseconds. */
  readonly sweepMs: number;
}

/** All of a daemon but its HTTP side, whatever its role. Disposing ends what is left of it. */
export interface Serving extends AsyncDisposable {
  readonly served: Served;
  readonly queued: JobDesk;
  /** Throws what a caller did wrong in a request for a job, with its field. */
  readonly check: SubmitDeps["check"];
  readonly workflows: KeptWorkflows;
  /** Reads definitions and packages again. Rejects with `invalid_definition`. */
  reload(): Promise<void>;
  /** What of this server may keep jobs from being sent here. */
  readonly readiness: Omit<ReadinessDeps, "ending">;
  /** It answers nobody but probes. */
  readonly isWorker: boolean;
}
