import type { CallbackStanding } from "./job-store.ts";
import type { WorkflowRecord } from "./workflow-store.ts";

/** A row of the table of workflows (sqlite-tables.ts), without its texts. */
export interface WorkflowRow {
  readonly seq: number;
  readonly id: string;
  readonly client: string;
  readonly owner: string | null;
  readonly name: string | null;
  readonly state: WorkflowRecord["state"];
  readonly version: number;
  readonly is_cancelled: number;
  readonly ttl_seconds: number;
  readonly submitted_at: number;
  readonly deadline: number;
  readonly finished_at: number | null;
  readonly expires_at: number | null;
  readonly job_key: string;
  readonly bytes: number;
  readonly callback_url: string | null;
  readonly callback_secret: string | null;
  readonly callback_state: CallbackStanding["state"] | null;
  readonly callback_tries: number;
  readonly callback_message: string | null;
}

/** A row as the code sees it; pure. */
export function workflowRecord(row: WorkflowRow): WorkflowRecord {
  const { seq, id, client, owner, name, state, deadline } = row;
  return {
    ...{ seq, id, client, owner, name, state, deadline },
    ttlSeconds: row.ttl_seconds,
    submittedAt: row.submitted_at,
    finishedAt: row.finished_at,
    expiresAt: row.expires_at,
    callback:
      row.callback_state === null
        ? null
        : { state: row.callback_state, tries: row.callback_tries, message: row.callback_message },
  };
}
