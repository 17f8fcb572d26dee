import type { DatabaseSync } from "node:sqlite";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** Number of the tables below; a file of a later one is not touched. */
const VERSION = 1;

const TABLES = `
CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  client TEXT NOT NULL,
  owner TEXT,
  language TEXT NOT NULL,
  version TEXT NOT NULL,
  priority INTEGER NOT NULL,
  retry INTEGER NOT NULL,
  ttl_seconds INTEGER NOT NULL,
  idempotency_key TEXT,
  state TEXT NOT NULL DEFAULT 'queued',
  starts INTEGER NOT NULL DEFAULT 0,
  submitted_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  expires_at INTEGER,
  -- Of its request while it is queued, of its result then, in bytes.
  bytes INTEGER NOT NULL,
  callback_url TEXT,
  -- Whom it counts for: so many are tried at one time to one host.
  callback_host TEXT,
  callback_secret TEXT,
  callback_state TEXT,
  callback_tries INTEGER NOT NULL DEFAULT 0,
  callback_message TEXT,
  callback_due INTEGER
) STRICT;
-- Apart, so that rows that are listed and counted stay short.
CREATE TABLE texts (seq INTEGER PRIMARY KEY, request TEXT, result TEXT, error TEXT) STRICT;
CREATE UNIQUE INDEX jobs_idempotency ON jobs (client, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX jobs_queued ON jobs (seq) WHERE state = 'queued';
CREATE INDEX jobs_expiring ON jobs (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX jobs_callbacks ON jobs (callback_due) WHERE callback_due IS NOT NULL;
CREATE INDEX jobs_owner ON jobs (owner, seq);
CREATE INDEX jobs_client ON jobs (client, seq);
`;

/** Added to the file beside the jobs: an older Crankcase, to which somebody goes back, leaves them alone. */
const WORKFLOW_TABLES = `
CREATE TABLE IF NOT EXISTS workflows (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  client TEXT NOT NULL,
  owner TEXT,
  name TEXT,
  state TEXT NOT NULL DEFAULT 'running',
  -- Of what was saved: whoever saves says which one it knew.
  version INTEGER NOT NULL DEFAULT 0,
  is_cancelled INTEGER NOT NULL DEFAULT 0,
  ttl_seconds INTEGER NOT NULL,
  idempotency_key TEXT,
  job_key TEXT NOT NULL,
  submitted_at INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  finished_at INTEGER,
  expires_at INTEGER,
  -- Of its request while it runs, of its steps' standing then, in bytes.
  bytes INTEGER NOT NULL,
  callback_url TEXT,
  callback_host TEXT,
  callback_secret TEXT,
  callback_state TEXT,
  callback_tries INTEGER NOT NULL DEFAULT 0,
  callback_message TEXT,
  callback_due INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS workflow_texts (seq INTEGER PRIMARY KEY, request TEXT, progress TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS workflows_idempotency ON workflows (client, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS workflows_running ON workflows (seq) WHERE state = 'running';
CREATE INDEX IF NOT EXISTS workflows_expiring ON workflows (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS workflows_callbacks ON workflows (callback_due) WHERE callback_due IS NOT NULL;
CREATE INDEX IF NOT EXISTS workflows_owner ON workflows (owner, seq);
CREATE INDEX IF NOT EXISTS workflows_client ON workflows (client, seq);
`;

/**
 * Makes a database ready: what is committed is on the disk (write-ahead log, synced at each commit), and the tables are
 * there. Throws `start_failed` for a file of a later Crankcase.
 */
export function prepareTables(database: DatabaseSync): void {
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA auto_vacuum = INCREMENTAL;");
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > VERSION)
    throw new CrankcaseError("start_failed", "the file of jobs was written by a later Crankcase");
  const jobTables = version === VERSION ? "" : `${TABLES} PRAGMA user_version = ${VERSION};`;
  database.exec(`BEGIN IMMEDIATE; ${jobTables} ${WORKFLOW_TABLES} COMMIT;`);
}
