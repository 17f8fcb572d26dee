import type { ErrorBody } from "../api/error-body.ts";
import type { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { JobStore } from "./job-store.ts";
import type { WaitingJobs } from "./waiting-jobs.ts";

/** What running queued jobs takes. */
export interface QueueRunnerDeps {
  readonly store: Pick<JobStore, "requestOf" | "end" | "countStarts">;
  readonly waiting: WaitingJobs;
  readonly execute: ExecuteJob;
  /** Jobs that may run, or wait for their slot, at one time. */
  readonly width: number;
  /** Before the next job is taken where the last one could not be run for now, in milliseconds. */
  readonly pauseMs: number;
  readonly now: () => number;
  /** How callers are told of an error. */
  readonly errorBody: (error: CrankcaseError, id: string) => ErrorBody;
  /** Hears of each job that starts, is over, or was put back. */
  readonly changed: (id: string) => void;
  /** Hears that a callback is due. */
  readonly callbackDue: () => void;
  /** Hears of what cannot be stored for now. */
  readonly warn: (text: string) => void;
}
