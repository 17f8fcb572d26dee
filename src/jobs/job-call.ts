import type { JobRequest } from "../api/job-request.ts";

/** One job on its way in. */
export interface JobCall {
  /** Unique; the log and the answer name the job by it. */
  readonly id: string;
  readonly request: JobRequest;
  /** Whose turn it counts as: clients whose jobs wait take turns. */
  readonly client: string;
  /** Aborts when nobody waits for the result any longer. */
  readonly signal: AbortSignal;
}
