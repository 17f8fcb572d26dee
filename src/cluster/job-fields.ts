import type { FoundJob, JobRecord, KeptState, NewJob } from "../queue/job-store.ts";
import type { LiveStanding } from "../queue/queued-state.ts";
import {
  callbackFields,
  callbackStanding,
  type KeptHash,
  numberOrNull,
  sameRequest,
  textOrNull,
} from "./common-fields.ts";

/** A job's hash as Redis answers it. */
export type JobHash = KeptHash;

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
    ...(idempotencyKey === null ? {} : { idempotency: sameRequest(client, idempotencyKey) }),
    ...(callback === null ? {} : callbackFields(callback)),
    ...waited,
  };
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
