import type { Callback } from "../api/queued-job-request.ts";
import type { WorkflowStateName } from "../api/workflow-states.ts";
import type { DueAnswer, DueQuestion } from "../callbacks/due-callback.ts";
import type { CallbackStanding, KeptCallback, ListedJobs, TriedCallback } from "./job-store.ts";

/** A workflow on its way into the store. Times are milliseconds since 1970. */
export interface NewWorkflow {
  readonly id: string;
  /** Whose turns its jobs take. */
  readonly client: string;
  /** Name of the key that sent it, to which alone it is shown; null: whoever knows its id may see it. */
  readonly owner: string | null;
  readonly name: string | null;
  readonly ttlSeconds: number;
  readonly idempotencyKey: string | null;
  readonly callback: Callback | null;
  /** Begins the idempotency keys of its jobs; told to nobody, so that nobody can have one of them beforehand. */
  readonly jobKey: string;
  /** The whole request, as JSON. */
  readonly request: string;
  /** Where its steps stand, as JSON. */
  readonly progress: string;
  readonly submittedAt: number;
  /** When its time is over. */
  readonly deadline: number;
}

/** A workflow as the store knows it, without its texts. */
export interface WorkflowRecord
  extends Pick<NewWorkflow, "id" | "client" | "owner" | "name" | "ttlSeconds" | "submittedAt" | "deadline"> {
  /** Grows with each workflow that is added. */
  readonly seq: number;
  readonly state: WorkflowStateName;
  readonly finishedAt: number | null;
  readonly expiresAt: number | null;
  readonly callback: CallbackStanding | null;
}

/** A workflow with where its steps stand, as JSON. */
export interface FoundWorkflow {
  readonly record: WorkflowRecord;
  readonly progress: string;
}

/** A workflow that is not over, with all that driving it takes. */
export interface WorkflowToDrive extends FoundWorkflow, Pick<NewWorkflow, "request" | "jobKey"> {
  /** Grows with each save. */
  readonly version: number;
  /** Somebody asked for its end. */
  readonly isCancelled: boolean;
}

/** How far a workflow has come. */
export interface WorkflowSave {
  readonly id: string;
  /** That of what was read, or saved last: another one's save is not overwritten. */
  readonly version: number;
  readonly progress: string;
  /** Null while it goes on. */
  readonly end: { readonly state: Exclude<WorkflowStateName, "running">; readonly finishedAt: number } | null;
}

/** One that is not over, and what it takes of memory. */
export interface UnfinishedWorkflow extends Pick<NewWorkflow, "id" | "client"> {
  /** Of its request. */
  readonly bytes: number;
}

/** Which workflows to list, the newest first. */
export interface ListedWorkflows extends Omit<ListedJobs, "state"> {
  readonly state: WorkflowStateName | null;
}

/** The right to drive a workflow, while it lasts. */
export interface DriverLease extends AsyncDisposable {
  /** Aborts when another one may have it. */
  readonly lost: AbortSignal;
}

/** How processes that share workflows keep out of each other's way, and hear of each other. */
export interface WorkflowSharing {
  /** Others see of a workflow what is saved of it. */
  readonly isShared: boolean;
  /** Gives the right to drive one; null where somebody else has it. */
  claim(id: string): Promise<DriverLease | null>;
  /** Settles at the next word of another process about a subject, or when the signal aborts; it may settle without any. */
  heard(subject: string, signal: AbortSignal): Promise<void>;
  /** Tells the others; nobody needs to hear it. */
  tell(subject: string): void;
}

/**
 * Where workflows are kept. What a promise of a change resolves, no crash undoes. Several processes may use one: whoever drives
 * a workflow saves by its version, and learns of another driver by a save that is refused.
 */
export interface WorkflowStore {
  /** Adds it. In place of one whose idempotency key the client has used before, that one's record is given. */
  addWorkflow(workflow: NewWorkflow): Promise<{ readonly record: WorkflowRecord; readonly isNew: boolean }>;
  findWorkflow(id: string): Promise<FoundWorkflow | null>;
  /** One that is not over; null where it is, or there is none. */
  workflowToDrive(id: string): Promise<WorkflowToDrive | null>;
  listWorkflows(wanted: ListedWorkflows): Promise<readonly WorkflowRecord[]>;
  /** Saves; at its end what it has to expire is counted, and the request goes. False where the version is another. */
  saveWorkflow(save: WorkflowSave): Promise<boolean>;
  /** Notes that one that is not over is to be ended; whoever drives it does so. */
  cancelWorkflow(id: string): Promise<void>;
  /** Those that are not over, in the order in which they came. */
  unfinishedWorkflows(): Promise<readonly UnfinishedWorkflow[]>;
  removeExpiredWorkflows(now: number): Promise<number>;
  dueWorkflowCallbacks(question: DueQuestion, now: number): Promise<DueAnswer<KeptCallback>>;
  workflowCallbackTried(tried: TriedCallback): Promise<void>;
}
