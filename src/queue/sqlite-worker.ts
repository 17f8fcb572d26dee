/** The thread that keeps the database of jobs: opens the file it is given, and answers calls until its port closes. */
import { DatabaseSync } from "node:sqlite";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { SqliteStatements, StoreAnswer, StoreCall } from "./sqlite-calls.ts";
import { sqliteJobs } from "./sqlite-jobs.ts";
import { prepareTables } from "./sqlite-tables.ts";
import { sqliteWorkflows } from "./sqlite-workflows.ts";

/** Calls of one commit: the disk is waited for once for all that came while it was waited for. */
const MOST_CALLS = 512;

/** Those that change nothing. */
const READS: ReadonlySet<string> = new Set<keyof SqliteStatements>([
  "queued",
  "requestOf",
  "find",
  "list",
  "dueCallbacks",
  "size",
  "findWorkflow",
  "workflowToDrive",
  "listWorkflows",
  "unfinishedWorkflows",
  "dueWorkflowCallbacks",
]);

if (parentPort !== null) keepJobs(parentPort, String(workerData));

function keepJobs(port: MessagePort, file: string): void {
  const database = new DatabaseSync(file);
  prepareTables(database);
  const statements = { ...sqliteJobs(database), ...sqliteWorkflows(database) };
  port.on("message", (first: StoreCall) => {
    answerAll([first, ...waiting(port, MOST_CALLS - 1)], { port, database, statements });
  });
  port.on("close", () => database.close());
}

/** What has come meanwhile. */
function waiting(port: MessagePort, most: number): StoreCall[] {
  const calls: StoreCall[] = [];
  while (calls.length < most) {
    const next = receiveMessageOnPort(port);
    if (next === undefined) break;
    calls.push(next.message as StoreCall);
  }
  return calls;
}

interface Keeper {
  readonly port: MessagePort;
  readonly database: DatabaseSync;
  readonly statements: SqliteStatements;
}

/** One commit for all; where that fails, one for each: who asked for what cannot be done is told so alone. */
function answerAll(calls: readonly StoreCall[], keeper: Keeper): void {
  const { port, database } = keeper;
  try {
    port.postMessage(committed(calls, keeper));
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    const [call] = calls;
    if (calls.length > 1) for (const one of calls) answerAll([one], keeper);
    else port.postMessage([{ number: call?.number ?? 0, error: String(error) }] satisfies StoreAnswer[]);
  }
}

function committed(calls: readonly StoreCall[], { database, statements }: Keeper): StoreAnswer[] {
  const isChange = calls.some(({ name }) => !READS.has(name));
  if (isChange) database.exec("BEGIN IMMEDIATE");
  const answers = calls.map((call) => ({ number: call.number, value: answerOf(call, statements) }));
  if (isChange) database.exec("COMMIT");
  return answers;
}

function answerOf({ name, args }: StoreCall, statements: SqliteStatements): unknown {
  return (statements[name] as (...values: unknown[]) => unknown)(...args);
}
