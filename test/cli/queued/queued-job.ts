import type { QueuedJob } from "../../../src/api/queued-job.ts";

/** A job that waits, or with other fields as given. */
export function queuedJob(fields: Partial<QueuedJob> = {}): QueuedJob {
  return {
    id: "j1",
    state: "queued",
    language: "bash",
    version: "*",
    priority: 0,
    position: 3,
    starts: 0,
    retry: 0,
    submitted_at: "2026-01-02T03:04:05.000Z",
    started_at: null,
    finished_at: null,
    expires_at: null,
    ...fields,
  };
}
