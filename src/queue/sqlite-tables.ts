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

/**
 * Makes a database ready: what is committed is on the disk (write-ahead log, synced at each commit), and the tables are
 * there. Throws `start_failed` for a file of a later Crankcase.
 */
export function prepareTables(database: DatabaseSync): void {
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA auto_vacuum = INCREMENTAL;");
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version === VERSION) return;
  if (version > VERSION)
    throw new CrankcaseError("start_failed", "the file of jobs was written by a later Crankcase");
  database.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${VERSION}; COMMIT;`);
}
