import { createHash } from "node:crypto";
import { callbackHost } from "../callbacks/callback-url.ts";
import type { FoundJob, JobRecord, KeptState, NewJob } from "../queue/job-store.ts";
import type { LiveStanding } from "../queue/queued-state.ts";

/** A job's hash as Redis answers it. */
export type JobHash = Readonly<Record<string, string | undefined>>;

/** What a job has besides that is waited for. */
export interface WaitedFields {
  /** Its output goes out as it comes. */
  readonly follow?: "1";
  /** What its run stage reads, as JSON of a JobInput. */
  readonly input?: string;
}

/** The fields of a new job, all texts; `seq`, `state` and `class` come when it is added. */
export function newJobFields(job: NewJob, waited: WaitedFields = {}): Record<string, string> {
  const { id, client, owner, language, version, callback, idempotencyKey } = job;
  return {
    ...{ id, client, language, version },
    priority: String(job.priority),
    retry: String(job.retry),
    ttl: String(job.ttlSeconds),
    submitted: String(job.submittedAt),
    ...(owner === null ? {} : { owner }),
    ...(idempotencyKey === null ? {} : { idempotency: sameJob(client, idempotencyKey) }),
    ...(callback === null ? {} : callbackFields(callback)),
    ...waited,
  };
}

function callbackFields({ url, secret }: NonNullable<NewJob["callback"]>): Record<string, string> {
  return {
    callback: url,
    callback_host: callbackHost(url),
    callback_secret: secret,
    callback_state: "waiting",
    callback_tries: "0",
  };
}

/** What a client's idempotency key is kept under: it may be long, and have any letters. */
function sameJob(client: string, key: string): string {
  return createHash("sha256")
    .update(JSON.stringify([client, key]))
    .digest("hex");
}

/** A job as the store knows it; null where there is none, or none that is shown. Pure. */
export function foundJob(hash: JobHash, now: number): FoundJob | null {
  const { id, state, node } = hash;
  if (id === undefined || state === undefined || (node ?? "") !== "") return null;
  const expiresAt = numberOrNull(hash.expires);
  if (expiresAt !== null && expiresAt <= now) return null;
  const record: JobRecord = {
    ...{ id, client: hash.client ?? "", owner: hash.owner ?? null },
    ...{ language: hash.language ?? "", version: hash.version ?? "*" },
    seq: Number(hash.seq),
    priority: Number(hash.priority),
    retry: Number(hash.retry),
    ttlSeconds: Number(hash.ttl),
    submittedAt: Number(hash.submitted),
    state: state as KeptState,
    starts: Number(hash.starts),
    startedAt: numberOrNull(hash.started),
    finishedAt: numberOrNull(hash.finished),
    expiresAt,
    callback: callbackStanding(hash),
  };
  return { record, result: textOrNull(hash.result), error: textOrNull(hash.error) };
}

/** Where a job that is not over stands. */
export function standing(hash: JobHash, position: number | null): LiveStanding {
  return { startedAt: numberOrNull(hash.slot), hasStarted: hash.begun !== undefined, position };
}

function callbackStanding(hash: JobHash): JobRecord["callback"] {
  if (hash.callback === undefined) return null;
  const state = (hash.callback_state ?? "waiting") as "waiting" | "delivered" | "failed";
  return { state, tries: Number(hash.callback_tries), message: textOrNull(hash.callback_message) };
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined || text === "" ? null : Number(text);
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}
