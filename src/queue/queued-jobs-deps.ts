import type { QueuedJob } from "../api/queued-job.ts";
import type { JobFollower } from "../jobs/job-follower.ts";
import type { JobStore } from "./job-store.ts";
import type { SubmitDeps } from "./new-jobs.ts";
import type { QueueRunnerDeps } from "./queue-runner-deps.ts";
import type { RecoverDeps } from "./recover-jobs.ts";
import type { RoomBounds } from "./store-room.ts";

/** What a queue of jobs takes. */
export interface QueuedJobsDeps
  extends Omit<QueueRunnerDeps, "store" | "waiting" | "changed">,
    Omit<RecoverDeps, "store">,
    SubmitDeps {
  readonly store: JobStore;
  readonly bounds: RoomBounds;
  /** Between two removals of what has expired, in milliseconds. */
  readonly sweepMs: number;
}

/** A job that was submitted; not new where its idempotency key was used before. */
export interface Submitted {
  readonly job: QueuedJob;
  readonly isNew: boolean;
}

/** Which jobs somebody wants to see. */
export interface WantedJobs {
  readonly state: QueuedJob["state"] | null;
  readonly limit: number;
  /** Only those that came before this one. */
  readonly before: string | null;
}

/** Makes who listens to a job, whose output is to be written so. */
export type ToListener = (encoding: "utf8" | "base64") => JobFollower;
