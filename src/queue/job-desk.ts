import type { JobRequest } from "../api/job-request.ts";
import type { QueuedJob } from "../api/queued-job.ts";
import type { Submitted, ToListener, WantedJobs } from "./queued-jobs-deps.ts";
import type { Viewer } from "./viewer.ts";

/** Where jobs that nobody waits for are handed in and asked for, wherever they are kept and run. */
export interface JobDesk {
  /** Those that have not begun. */
  readonly waiting: number;
  /** Those that run, or wait for their slot. */
  readonly running: number;
  /** Accepts all of them or none. Rejects with `busy`, `store_unavailable`, or with a caller's mistake and its field. */
  submit(requests: readonly JobRequest[], viewer: Viewer): Promise<readonly Submitted[]>;
  /** Those of them that there are and that are shown to the viewer, in that order. */
  find(ids: readonly string[], viewer: Viewer): Promise<readonly QueuedJob[]>;
  /** The viewer's own without what came of them, the newest first. */
  list(wanted: WantedJobs, viewer: Viewer): Promise<readonly QueuedJob[]>;
  /** Settles at the next change of the job's state, or when the signal aborts. Whoever asks then looks at the job. */
  changed(id: string, signal: AbortSignal): Promise<void>;
  /** Tells what happens to a job that runs, from its start to its end; settles at once where it does not run. */
  tell(id: string, toListener: ToListener, signal: AbortSignal): Promise<void>;
  /** Ends a job that is not over, and settles when it is. */
  cancel(id: string): Promise<void>;
  /** Starts no more of them; what runs goes on, and what comes is kept. */
  stop(): void;
}
