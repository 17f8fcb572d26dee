import type { ErrorBody } from "../api/error-body.ts";
import type { JobResult } from "../api/job-result.ts";
import type { QueuedJob } from "../api/queued-job.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Outcome } from "./advance.ts";

/** What a job that is over means for its step. */
export interface JobOutcome {
  readonly outcome: Outcome;
  readonly error: ErrorBody | null;
  /** Somebody ended it, or it is not there: it is not run again. */
  readonly isFinal: boolean;
}

/** Says it; null is a job that is not there. Pure. */
export function jobOutcome(
  job: Pick<QueuedJob, "state" | "result" | "error" | "id"> | null,
  errorBody: (error: CrankcaseError, id: string) => ErrorBody,
): JobOutcome {
  if (job === null) {
    const error = new CrankcaseError("not_found", "The step's job is not there any more.");
    return { outcome: "failed", error: errorBody(error, ""), isFinal: true };
  }
  const { state, result, error, id } = job;
  if (state === "done" && result !== undefined)
    return { outcome: isGood(result) ? "succeeded" : "failed", error: null, isFinal: false };
  const cancelled = new CrankcaseError("cancelled", "The step's job was cancelled.");
  const isFinal = state === "cancelled";
  return { outcome: "failed", error: error ?? (isFinal ? errorBody(cancelled, id) : null), isFinal };
}

/** Exit code 0, or all cases accepted. */
function isGood({ testcases, run }: JobResult): boolean {
  return testcases === undefined ? run?.exit_code === 0 : testcases.verdict === "AC";
}
