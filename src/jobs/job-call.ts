import type { JobRequest } from "../api/job-request.ts";
import type { JobFollower, JobInput } from "./job-follower.ts";

/** One job on its way in. */
export interface JobCall {
  /** Unique; the log and the answer name the job by it. */
  readonly id: string;
  readonly request: JobRequest;
  /** Whose turn it counts as: clients whose jobs wait take turns. */
  readonly client: string;
  /** Aborts when nobody waits for the result any longer. */
  readonly signal: AbortSignal;
  /** Hears of the job while it runs; its output goes there and not into the result. */
  readonly follower?: JobFollower;
  /** Name under which the jailer notes its start, one for each attempt; the id where left out. */
  readonly startName?: string;
  /** Awaited before each of its programs is started: rejecting, it keeps the job from running, and is what that rejects with. */
  readonly beforeStart?: () => Promise<void>;
  /** What the run stage reads in place of the request's stdin. */
  readonly input?: JobInput;
}
