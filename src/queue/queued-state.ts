import type { QueuedJob } from "../api/queued-job.ts";
import type { FoundJob, JobRecord } from "./job-store.ts";

/** What of a job that is not over the store does not know. */
export interface LiveStanding {
  /** When it was given a slot, in milliseconds since 1970; null while it waits. */
  readonly startedAt: number | null;
  /** Whether its start was noted. */
  readonly hasStarted: boolean;
  readonly position: number | null;
}

/** A job as its caller sees it; pure. */
export function queuedState({ record, result, error }: FoundJob, live: LiveStanding | null): QueuedJob {
  const isOpen = record.state === "queued" && live !== null;
  const isRunning = isOpen && live.startedAt !== null;
  const { id, language, version, priority, retry } = record;
  return {
    ...{ id, language, version, priority, retry },
    state: isRunning ? "running" : record.state,
    position: isOpen && !isRunning ? live.position : null,
    starts: record.starts + (isOpen && live.hasStarted ? 1 : 0),
    submitted_at: toText(record.submittedAt),
    started_at: toTextOrNull(isRunning ? live.startedAt : record.startedAt),
    finished_at: toTextOrNull(record.finishedAt),
    expires_at: toTextOrNull(record.expiresAt),
    ...(record.callback === null ? {} : { callback: { ...record.callback } }),
    ...(result === null ? {} : { result: JSON.parse(result) }),
    ...(error === null ? {} : { error: JSON.parse(error) }),
  };
}

/** A job without what came of it. */
export function withoutTexts(record: JobRecord): FoundJob {
  return { record, result: null, error: null };
}

function toText(time: number): string {
  return new Date(time).toISOString();
}

function toTextOrNull(time: number | null): string | null {
  return time === null ? null : toText(time);
}
