import type { SqliteJobs } from "./sqlite-jobs.ts";
import type { SqliteWorkflows } from "./sqlite-workflows.ts";

/** What the thread can be asked for. */
export type SqliteStatements = SqliteJobs & SqliteWorkflows;

/** One call, on its way to the thread that keeps the database. */
export interface StoreCall {
  /** Repeated in the answer. */
  readonly number: number;
  readonly name: keyof SqliteStatements;
  readonly args: readonly unknown[];
}

/** What came of it. */
export type StoreAnswer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly error: string };
