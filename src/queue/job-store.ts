import type { QueuedJob } from "../api/queued-job.ts";
import type { Callback } from "../api/queued-job-request.ts";
import type { DueAnswer, DueQuestion } from "../callbacks/due-callback.ts";

/** States that a store keeps; that a job runs is known to who runs it. */
export type KeptState = Exclude<QueuedJob["state"], "running">;

/** A job on its way into the queue. Times are milliseconds since 1970. */
export interface NewJob {
  readonly id: string;
  /** Whose turn it counts as. */
  readonly client: string;
  /** Name of the key that sent it, to which alone it is shown; null: whoever knows its id may see it. */
  readonly owner: string | null;
  readonly language: string;
  readonly version: string;
  readonly priority: number;
  readonly retry: number;
  readonly ttlSeconds: number;
  readonly idempotencyKey: string | null;
  readonly callback: Callback | null;
  /** The whole request, as JSON. */
  readonly request: string;
  readonly submittedAt: number;
}

/** How the callback of a job stands. */
export interface CallbackStanding {
  readonly state: "waiting" | "delivered" | "failed";
  readonly tries: number;
  readonly message: string | null;
}

/** A job as the store knows it, without what its caller sent and got. */
export interface JobRecord
  extends Pick<
    NewJob,
    "id" | "client" | "owner" | "language" | "version" | "priority" | "retry" | "ttlSeconds" | "submittedAt"
  > {
  /** Grows with each job that is added. */
  readonly seq: number;
  readonly state: KeptState;
  /** Starts that were ended or given up: the one that runs is not among them. */
  readonly starts: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly expiresAt: number | null;
  readonly callback: CallbackStanding | null;
}

/** A job and what became of it, as JSON. */
export interface FoundJob {
  readonly record: JobRecord;
  readonly result: string | null;
  readonly error: string | null;
}

/** The end of a job. */
export interface JobEnd {
  readonly id: string;
  readonly state: Exclude<KeptState, "queued">;
  readonly starts: number;
  readonly startedAt: number | null;
  readonly finishedAt: number;
  /** JSON, as its caller gets it. */
  readonly result: string | null;
  readonly error: string | null;
}

/** Which jobs to list, the newest first. */
export interface ListedJobs {
  /** Those of this owner; null: everybody's. */
  readonly owner: { readonly key: string } | { readonly client: string } | null;
  readonly state: KeptState | null;
  readonly limit: number;
  /** Only those that came before this one. */
  readonly before: string | null;
}

/** A callback of a job that is over. */
export interface KeptCallback extends Callback {
  /** The job's. */
  readonly id: string;
  readonly tries: number;
}

/** What became of a try, and when the next is due; null: there is none. */
export interface TriedCallback extends CallbackStanding {
  readonly id: string;
  readonly dueAt: number | null;
}

/** How much a store holds. */
export interface StoreSize {
  readonly queued: number;
  /** Of all requests and results, in bytes. */
  readonly bytes: number;
}

/**
 * Where jobs are kept that nobody waits for. What a promise of a change resolves, no crash undoes. Rejects with the
 * error of whatever keeps it.
 */
export interface JobStore extends AsyncDisposable {
  /** Adds all or none. In place of one whose idempotency key the client has used before, that one's id is given. */
  add(jobs: readonly NewJob[]): Promise<readonly { readonly record: JobRecord; readonly isNew: boolean }[]>;
  /** Those that are queued, in the order in which they came. */
  queued(): Promise<readonly JobRecord[]>;
  /** The request of one that is queued, as JSON; null where it is not, or not any more. */
  requestOf(id: string): Promise<string | null>;
  /** A job was interrupted and is to be run again: so often it was started by now. */
  countStarts(id: string, starts: number): Promise<void>;
  /** Ends a job that is queued; what it has to expire is counted from its end. False where it was over. */
  end(end: JobEnd): Promise<boolean>;
  find(ids: readonly string[]): Promise<readonly FoundJob[]>;
  list(wanted: ListedJobs): Promise<readonly JobRecord[]>;
  /** Removes what has expired by then, and says how many jobs that were. */
  removeExpired(now: number): Promise<number>;
  /** Callbacks that are due by now, the longest first, and when the next one will be. */
  dueCallbacks(question: DueQuestion, now: number): Promise<DueAnswer<KeptCallback>>;
  callbackTried(tried: TriedCallback): Promise<void>;
  size(): Promise<StoreSize>;
}
