import type { DatabaseSync, StatementSync } from "node:sqlite";
import { callbackHost } from "../callbacks/callback-url.ts";
import { type JobRow, jobRecord } from "./job-row.ts";
import type {
  FoundJob,
  JobEnd,
  JobRecord,
  JobStore,
  KeptCallback,
  NewJob,
  StoreSize,
  TriedCallback,
} from "./job-store.ts";

const MILLISECONDS = 1_000;

import { listedRows, type Rows } from "./listed-rows.ts";

/** What a job store does, at once and without its promises. */
export type SqliteJobs = {
  [Name in Exclude<keyof JobStore, symbol>]: (
    ...args: Parameters<JobStore[Name]>
  ) => Awaited<ReturnType<JobStore[Name]>>;
};

/** The statements of a job store over a database that has its tables; who calls them begins and commits. */
export function sqliteJobs(database: DatabaseSync): SqliteJobs {
  const prepared = new Map<string, StatementSync>();
  const sql = (text: string) => {
    const known = prepared.get(text);
    if (known !== undefined) return known;
    const statement = database.prepare(text);
    prepared.set(text, statement);
    return statement;
  };
  const rows: Rows = (text, ...values) => sql(text).all(...values) as unknown as JobRow[];
  const recordOf = (id: string) => rows("SELECT * FROM jobs WHERE id = ?", id).map(jobRecord)[0];

  const addOne = (job: NewJob) => {
    const [known] = rows(
      "SELECT * FROM jobs WHERE client = ? AND idempotency_key = ?",
      job.client,
      job.idempotencyKey,
    );
    if (known !== undefined) return { record: jobRecord(known), isNew: false };
    insert(sql, job);
    return { record: recordOf(job.id) as JobRecord, isNew: true };
  };

  return {
    add: (jobs) => jobs.map(addOne),
    queued: () => rows("SELECT * FROM jobs WHERE state = 'queued' ORDER BY seq").map(jobRecord),
    requestOf(id) {
      const text = sql(
        "SELECT request FROM jobs JOIN texts USING (seq) WHERE id = ? AND state = 'queued'",
      ).get(id);
      return (text as { request: string } | undefined)?.request ?? null;
    },
    countStarts(id, starts) {
      sql("UPDATE jobs SET starts = ? WHERE id = ? AND state = 'queued'").run(starts, id);
    },
    end: (end) => endOne(sql, end),
    find: (ids) => ids.flatMap((id) => found(sql, recordOf(id))),
    list: (wanted) => listedRows(rows, wanted).map(jobRecord),
    removeExpired(now) {
      sql("DELETE FROM texts WHERE seq IN (SELECT seq FROM jobs WHERE expires_at <= ?)").run(now);
      const { changes } = sql("DELETE FROM jobs WHERE expires_at <= ?").run(now);
      // Pages that are free again go back to the disk a few at a time.
      database.exec("PRAGMA incremental_vacuum(1000)");
      return Number(changes);
    },
    dueCallbacks({ limit, exceptIds, exceptHosts }, now) {
      const left = [JSON.stringify(exceptIds), JSON.stringify(exceptHosts)];
      const due = rows(DUE, now, ...left, limit).map(keptCallback);
      const { next } = sql(NEXT_DUE).get(now) as { next: number | null };
      return { due, nextAtMs: next };
    },
    callbackTried({ id, state, tries, message, dueAt }: TriedCallback) {
      sql(
        "UPDATE jobs SET callback_state = ?, callback_tries = ?, callback_message = ?, callback_due = ? WHERE id = ?",
      ).run(state, tries, message, dueAt, id);
    },
    size: () => sql(SIZE).get() as unknown as StoreSize,
  };
}

type Sql = (text: string) => StatementSync;

const SIZE = `SELECT count(*) FILTER (WHERE state = 'queued') AS queued,
  coalesce(sum(bytes), 0) + (SELECT coalesce(sum(bytes), 0) FROM workflows) AS bytes FROM jobs`;

const DUE = `SELECT * FROM jobs WHERE callback_due <= ?
  AND id NOT IN (SELECT value FROM json_each(?)) AND callback_host NOT IN (SELECT value FROM json_each(?))
  ORDER BY callback_due LIMIT ?`;
const NEXT_DUE = "SELECT min(callback_due) AS next FROM jobs WHERE callback_due > ?";

function insert(sql: Sql, job: NewJob): void {
  const { lastInsertRowid } = sql(
    `INSERT INTO jobs (id, client, owner, language, version, priority, retry, ttl_seconds, idempotency_key,
      submitted_at, bytes, callback_url, callback_host, callback_secret, callback_state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[job.id, job.client, job.owner, job.language, job.version, job.priority, job.retry, job.ttlSeconds],
    ...[job.idempotencyKey, job.submittedAt, Buffer.byteLength(job.request)],
    ...callbackValues(job),
  );
  sql("INSERT INTO texts (seq, request) VALUES (?, ?)").run(lastInsertRowid, job.request);
}

/** The request goes: nobody will run it again. */
function endOne(sql: Sql, { id, state, starts, startedAt, finishedAt, result, error }: JobEnd): boolean {
  const bytes = Buffer.byteLength(result ?? "") + Buffer.byteLength(error ?? "");
  const { changes } = sql(
    `UPDATE jobs SET state = ?, starts = ?, started_at = ?, finished_at = ?, bytes = ?,
      expires_at = ? + ttl_seconds * ${MILLISECONDS},
      callback_due = CASE WHEN callback_url IS NULL THEN NULL ELSE ? END
     WHERE id = ? AND state = 'queued'`,
  ).run(state, starts, startedAt, finishedAt, bytes, finishedAt, finishedAt, id);
  if (changes === 0) return false;
  sql(
    "UPDATE texts SET request = NULL, result = ?, error = ? WHERE seq = (SELECT seq FROM jobs WHERE id = ?)",
  ).run(result, error, id);
  return true;
}

function found(sql: Sql, record: JobRecord | undefined): FoundJob[] {
  if (record === undefined) return [];
  const texts = sql("SELECT result, error FROM texts WHERE seq = ?").get(record.seq);
  return [{ record, ...(texts as { result: string | null; error: string | null }) }];
}

function callbackValues({ callback }: NewJob): (string | null)[] {
  if (callback === null) return [null, null, null, null];
  return [callback.url, callbackHost(callback.url), callback.secret, "waiting"];
}

function keptCallback(row: JobRow): KeptCallback {
  const { id, callback_url: url, callback_secret: secret, callback_tries: tries } = row;
  return { id, url: url ?? "", secret: secret ?? "", tries };
}
