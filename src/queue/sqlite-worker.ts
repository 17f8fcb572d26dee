/** The thread that keeps the database of jobs: opens the file it is given, and answers calls until its port closes. */
import { DatabaseSync } from "node:sqlite";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { StoreAnswer, StoreCall } from "./sqlite-calls.ts";
import { type SqliteJobs, sqliteJobs } from "./sqlite-jobs.ts";
import { prepareTables } from "./sqlite-tables.ts";

/** Calls of one commit: the disk is waited for once for all that came while it was waited for. */
const MOST_CALLS = 512;

/** Those that change nothing. */
const READS: ReadonlySet<string> = new Set<keyof SqliteJobs>([
  "queued",
  "requestOf",
  "find",
  "list",
  "dueCallbacks",
  "size",
]);

const port = parentPort;
if (port === null) throw new Error("this file is a thread of the daemon's");
const database = new DatabaseSync(String(workerData));
prepareTables(database);
const jobs = sqliteJobs(database);
port.on("message", (first: StoreCall) => answerAll([first, ...waiting(MOST_CALLS - 1)]));
port.on("close", () => database.close());

function waiting(most: number): StoreCall[] {
  const calls: StoreCall[] = [];
  while (port !== null && calls.length < most) {
    const next = receiveMessageOnPort(port);
    if (next === undefined) break;
    calls.push(next.message as StoreCall);
  }
  return calls;
}

/** One commit for all; where that fails, one for each: who asked for what cannot be done is told so alone. */
function answerAll(calls: readonly StoreCall[]): void {
  try {
    port?.postMessage(committed(calls));
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    const [call] = calls;
    if (calls.length > 1) for (const one of calls) answerAll([one]);
    else port?.postMessage([{ number: call?.number ?? 0, error: String(error) }] satisfies StoreAnswer[]);
  }
}

function committed(calls: readonly StoreCall[]): StoreAnswer[] {
  const isChange = calls.some(({ name }) => !READS.has(name));
  if (isChange) database.exec("BEGIN IMMEDIATE");
  const answers = calls.map((call) => ({ number: call.number, value: answerOf(call) }));
  if (isChange) database.exec("COMMIT");
  return answers;
}

function answerOf({ name, args }: StoreCall): unknown {
  return (jobs[name] as (...values: unknown[]) => unknown)(...args);
}
