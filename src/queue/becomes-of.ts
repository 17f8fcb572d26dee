import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { WaitingJob } from "./waiting-jobs.ts";

/**
 * What becomes of a queued job whose run ended with an error: it waits on as if nothing had been (`again`), it is run once
 * more (`retried`), or it is over.
 */
export type Becomes = "again" | "retried" | "interrupted" | "failed" | "cancelled";

/** The jail died under the job, or was taken from it: nothing that a second run would meet for sure. */
const INTERRUPTIONS: ReadonlySet<string> = new Set(["jail_lost", "busy", "jailer_absent", "stopping"]);

/** Where jails cannot be made for a while, so often is tried; a job whose jail can never be made ends then. */
const MOST_SETBACKS = 20;

/** Of a job what that depends on. */
export interface BrokenOff extends Pick<WaitingJob, "starts" | "retry" | "setbacks"> {
  /** Whether its start was noted this time. */
  readonly hasStarted: boolean;
}

/** Says what becomes of it; pure. */
export function becomesOf(
  { code }: Pick<CrankcaseError, "code">,
  { starts, retry, setbacks = 0, hasStarted }: BrokenOff,
): Becomes {
  if (code === "cancelled") return "cancelled";
  if (code === "jailer_failed" && !hasStarted && setbacks < MOST_SETBACKS) return "again";
  if (!INTERRUPTIONS.has(code)) return "failed";
  if (!hasStarted) return "again";
  return canRetry({ starts, retry }) ? "retried" : "interrupted";
}

/** Whether a job that was interrupted once more may run again; `starts` are those before. */
export function canRetry({ starts, retry }: Pick<WaitingJob, "starts" | "retry">): boolean {
  return starts < retry;
}

/** What is said of a job that was interrupted by an error. */
export function interruptedBy(cause: CrankcaseError): CrankcaseError {
  const message = `The job was interrupted while it ran: ${cause.message}`;
  return new CrankcaseError("interrupted", message, { cause });
}
