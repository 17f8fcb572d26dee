import { mkdir, open } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { Worker } from "node:worker_threads";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { JobStore } from "./job-store.ts";
import type { StoreAnswer, StoreCall } from "./sqlite-calls.ts";
import type { WorkflowStore } from "./workflow-store.ts";

/** Only the daemon's user, and root, may enter. */
const PRIVATE = 0o700;

/** Only they may read it; SQLite gives what it writes beside it the same mode. */
const PRIVATE_FILE = 0o600;

/** A release has the same file as plain JavaScript. */
const THREAD = new URL(`./sqlite-worker${extname(import.meta.filename)}`, import.meta.url);

/** What one file keeps. */
export interface SqliteStore extends JobStore {
  readonly workflows: WorkflowStore;
}

/**
 * Opens the store of jobs in a file of SQLite, which a thread of its own keeps: a commit waits for the disk, and requests
 * do not wait with it. Disposing waits for what was asked before. Throws `start_failed` where the file cannot be used.
 */
export async function openSqliteStore(file: string): Promise<SqliteStore> {
  await mkdir(dirname(file), { recursive: true, mode: PRIVATE });
  await (await open(file, "a", PRIVATE_FILE)).close();
  const thread = openThread(file);
  const store: SqliteStore = {
    add: (jobs) => thread.call("add", jobs),
    queued: () => thread.call("queued"),
    requestOf: (id) => thread.call("requestOf", id),
    countStarts: (id, starts) => thread.call("countStarts", id, starts),
    end: (end) => thread.call("end", end),
    find: (ids) => thread.call("find", ids),
    list: (wanted) => thread.call("list", wanted),
    removeExpired: (now) => thread.call("removeExpired", now),
    dueCallbacks: (question, now) => thread.call("dueCallbacks", question, now),
    callbackTried: (tried) => thread.call("callbackTried", tried),
    size: () => thread.call("size"),
    workflows: workflowsOf(thread),
    [Symbol.asyncDispose]: () => thread.close(),
  };
  try {
    await store.size();
  } catch (cause) {
    const why = cause instanceof Error ? (cause.cause ?? cause) : cause;
    const message = `the file of jobs ${file} cannot be used: ${why instanceof Error ? why.message : why}`;
    throw new CrankcaseError("start_failed", message, { cause });
  }
  return store;
}

function workflowsOf(thread: StoreThread): WorkflowStore {
  return {
    addWorkflow: (workflow) => thread.call("addWorkflow", workflow),
    findWorkflow: (id) => thread.call("findWorkflow", id),
    workflowToDrive: (id) => thread.call("workflowToDrive", id),
    listWorkflows: (wanted) => thread.call("listWorkflows", wanted),
    saveWorkflow: (save) => thread.call("saveWorkflow", save),
    cancelWorkflow: (id) => thread.call("cancelWorkflow", id),
    unfinishedWorkflows: () => thread.call("unfinishedWorkflows"),
    removeExpiredWorkflows: (now) => thread.call("removeExpiredWorkflows", now),
    dueWorkflowCallbacks: (question, now) => thread.call("dueWorkflowCallbacks", question, now),
    workflowCallbackTried: (tried) => thread.call("workflowCallbackTried", tried),
  };
}

interface StoreThread {
  call<Value>(name: StoreCall["name"], ...args: unknown[]): Promise<Value>;
  close(): Promise<void>;
}

function openThread(file: string): StoreThread {
  const worker = new Worker(THREAD, { workerData: file });
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  let failure: Error | null = null;
  let last = 0;
  const fail = (error: Error) => {
    failure ??= error;
    for (const { reject } of asked.values()) reject(failure);
    asked.clear();
  };
  worker.on("message", (answers: readonly StoreAnswer[]) => {
    for (const answer of answers) settle(asked, answer);
  });
  worker.on("error", (error: Error) => fail(unavailable(error.message)));
  const ended = new Promise<void>((resolve) => {
    worker.on("exit", () => {
      fail(unavailable("its thread has ended"));
      resolve();
    });
  });
  return {
    async call<Value>(name: StoreCall["name"], ...args: unknown[]) {
      if (failure !== null) throw failure;
      last += 1;
      const answer = Promise.withResolvers<unknown>();
      asked.set(last, answer);
      worker.postMessage({ number: last, name, args } satisfies StoreCall);
      return (await answer.promise) as Value;
    },
    async close() {
      await Promise.allSettled([...asked.values()].map(({ promise }) => promise));
      await worker.terminate();
      await ended;
    },
  };
}

function settle(asked: Map<number, PromiseWithResolvers<unknown>>, answer: StoreAnswer): void {
  const waiting = asked.get(answer.number);
  asked.delete(answer.number);
  if ("error" in answer) waiting?.reject(unavailable(answer.error));
  else waiting?.resolve(answer.value);
}

function unavailable(what: string): CrankcaseError {
  const message = "The jobs that nobody waits for cannot be written or read just now.";
  return new CrankcaseError("store_unavailable", message, { retryAfterSeconds: 1, cause: new Error(what) });
}
