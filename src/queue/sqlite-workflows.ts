import type { DatabaseSync, StatementSync } from "node:sqlite";
import { callbackHost } from "../callbacks/callback-url.ts";
import type { KeptCallback } from "./job-store.ts";
import { type WorkflowRow, workflowRecord } from "./workflow-row.ts";
import type { ListedWorkflows, NewWorkflow, WorkflowSave, WorkflowStore } from "./workflow-store.ts";

const MILLISECONDS = 1_000;

/** What a store of workflows does, at once and without its promises. */
export type SqliteWorkflows = {
  [Name in keyof WorkflowStore]: (
    ...args: Parameters<WorkflowStore[Name]>
  ) => Awaited<ReturnType<WorkflowStore[Name]>>;
};

type Sql = (text: string) => StatementSync;

type Rows = (text: string, ...values: (string | number | null)[]) => WorkflowRow[];

/** The statements of a store of workflows over a database that has its tables; who calls them begins and commits. */
export function sqliteWorkflows(database: DatabaseSync): SqliteWorkflows {
  const prepared = new Map<string, StatementSync>();
  const sql: Sql = (text) => {
    const known = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, known);
    return known;
  };
  const rows: Rows = (text, ...values) => sql(text).all(...values) as unknown as WorkflowRow[];
  const rowOf = (id: string) => rows("SELECT * FROM workflows WHERE id = ?", id)[0];
  const textsOf = (seq: number) =>
    sql("SELECT request, progress FROM workflow_texts WHERE seq = ?").get(seq) as {
      request: string | null;
      progress: string;
    };
  return {
    addWorkflow(workflow) {
      const { client, idempotencyKey, id } = workflow;
      const [known] = rows(KNOWN, client, idempotencyKey);
      if (known !== undefined) return { record: workflowRecord(known), isNew: false };
      insert(sql, workflow);
      return { record: workflowRecord(rowOf(id) as WorkflowRow), isNew: true };
    },
    findWorkflow(id) {
      const row = rowOf(id);
      return row === undefined ? null : { record: workflowRecord(row), progress: textsOf(row.seq).progress };
    },
    workflowToDrive(id) {
      const row = rowOf(id);
      if (row === undefined || row.state !== "running") return null;
      const { request, progress } = textsOf(row.seq);
      const { version, job_key: jobKey } = row;
      const isCancelled = row.is_cancelled === 1;
      return { record: workflowRecord(row), request: request ?? "", progress, version, jobKey, isCancelled };
    },
    listWorkflows: (wanted) => listed(rows, wanted).map(workflowRecord),
    saveWorkflow: (save) => saved(sql, save),
    cancelWorkflow(id) {
      sql("UPDATE workflows SET is_cancelled = 1 WHERE id = ? AND state = 'running'").run(id);
    },
    unfinishedWorkflows: () =>
      rows("SELECT * FROM workflows WHERE state = 'running' ORDER BY seq").map(({ id, client, bytes }) => ({
        ...{ id, client, bytes },
      })),
    removeExpiredWorkflows(now) {
      sql("DELETE FROM workflow_texts WHERE seq IN (SELECT seq FROM workflows WHERE expires_at <= ?)").run(
        now,
      );
      return Number(sql("DELETE FROM workflows WHERE expires_at <= ?").run(now).changes);
    },
    dueWorkflowCallbacks({ limit, exceptIds, exceptHosts }, now) {
      const left = [JSON.stringify(exceptIds), JSON.stringify(exceptHosts)];
      const { next } = sql(NEXT_DUE).get(now) as { next: number | null };
      return { due: rows(DUE, now, ...left, limit).map(keptCallback), nextAtMs: next };
    },
    workflowCallbackTried({ id, state, tries, message, dueAt }) {
      sql(TRIED).run(state, tries, message, dueAt, id);
    },
  };
}

const KNOWN = "SELECT * FROM workflows WHERE client = ? AND idempotency_key = ?";
const DUE = `SELECT * FROM workflows WHERE callback_due <= ?
  AND id NOT IN (SELECT value FROM json_each(?)) AND callback_host NOT IN (SELECT value FROM json_each(?))
  ORDER BY callback_due LIMIT ?`;
const NEXT_DUE = "SELECT min(callback_due) AS next FROM workflows WHERE callback_due > ?";
const TRIED = `UPDATE workflows SET callback_state = ?, callback_tries = ?, callback_message = ?, callback_due = ?
  WHERE id = ?`;

function insert(sql: Sql, workflow: NewWorkflow): void {
  const { id, client, owner, name, ttlSeconds, idempotencyKey, jobKey, callback } = workflow;
  const { lastInsertRowid } = sql(
    `INSERT INTO workflows (id, client, owner, name, ttl_seconds, idempotency_key, job_key, submitted_at, deadline, bytes,
      callback_url, callback_host, callback_secret, callback_state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[id, client, owner, name, ttlSeconds, idempotencyKey, jobKey],
    ...[workflow.submittedAt, workflow.deadline, Buffer.byteLength(workflow.request)],
    ...(callback === null
      ? [null, null, null, null]
      : [callback.url, callbackHost(callback.url), callback.secret, "waiting"]),
  );
  const texts = sql("INSERT INTO workflow_texts (seq, request, progress) VALUES (?, ?, ?)");
  texts.run(lastInsertRowid, workflow.request, workflow.progress);
}

/** The request goes with the end: nobody will read it again. */
function saved(sql: Sql, { id, version, progress, end }: WorkflowSave): boolean {
  const guard = "WHERE id = ? AND version = ? AND state = 'running'";
  const { changes } =
    end === null
      ? sql(`UPDATE workflows SET version = version + 1 ${guard}`).run(id, version)
      : sql(
          `UPDATE workflows SET version = version + 1, state = ?, finished_at = ?, bytes = ?,
            expires_at = ? + ttl_seconds * ${MILLISECONDS},
            callback_due = CASE WHEN callback_url IS NULL THEN NULL ELSE ? END ${guard}`,
        ).run(
          ...[end.state, end.finishedAt, Buffer.byteLength(progress), end.finishedAt, end.finishedAt],
          ...[id, version],
        );
  if (changes === 0) return false;
  const where = "WHERE seq = (SELECT seq FROM workflows WHERE id = ?)";
  sql(`UPDATE workflow_texts SET progress = ? ${where}`).run(progress, id);
  if (end !== null) sql(`UPDATE workflow_texts SET request = NULL ${where}`).run(id);
  return true;
}

function listed(rows: Rows, { owner, state, limit, before }: ListedWorkflows): WorkflowRow[] {
  const conditions: [string, string][] = [];
  if (owner !== null && "key" in owner) conditions.push(["owner = ?", owner.key]);
  if (owner !== null && "client" in owner) conditions.push(["owner IS NULL AND client = ?", owner.client]);
  if (state !== null) conditions.push(["state = ?", state]);
  if (before !== null) conditions.push(["seq < (SELECT seq FROM workflows WHERE id = ?)", before]);
  const where = conditions.map(([text]) => text).join(" AND ") || "TRUE";
  const values = conditions.map(([, value]) => value);
  return rows(`SELECT * FROM workflows WHERE ${where} ORDER BY seq DESC LIMIT ?`, ...values, limit);
}

function keptCallback(row: WorkflowRow): KeptCallback {
  const { id, callback_url: url, callback_secret: secret, callback_tries: tries } = row;
  return { id, url: url ?? "", secret: secret ?? "", tries };
}
