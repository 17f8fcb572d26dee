import type { CallbackStanding, JobRecord, KeptState } from "./job-store.ts";

/** A row of the table of jobs (sqlite-tables.ts). */
export interface JobRow {
  readonly seq: number;
  readonly id: string;
  readonly client: string;
  readonly owner: string | null;
  readonly language: string;
  readonly version: string;
  readonly priority: number;
  readonly retry: number;
  readonly ttl_seconds: number;
  readonly state: KeptState;
  readonly starts: number;
  readonly submitted_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly expires_at: number | null;
  readonly callback_url: string | null;
  readonly callback_secret: string | null;
  readonly callback_state: CallbackStanding["state"] | null;
  readonly callback_tries: number;
  readonly callback_message: string | null;
  readonly callback_due: number | null;
}

/** A row as the code sees it; pure. */
export function jobRecord(row: JobRow): JobRecord {
  const { seq, id, client, owner, language, version, priority, retry, state, starts } = row;
  return {
    ...{ seq, id, client, owner, language, version, priority, retry, state, starts },
    ttlSeconds: row.ttl_seconds,
    submittedAt: row.submitted_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    expiresAt: row.expires_at,
    callback:
      row.callback_state === null
        ? null
        : { state: row.callback_state, tries: row.callback_tries, message: row.callback_message },
  };
}
