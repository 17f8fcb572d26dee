import { randomUUID } from "node:crypto";
import type { JobRequest } from "../api/job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { NewJob } from "./job-store.ts";
import type { Viewer } from "./viewer.ts";

/** What accepting jobs takes. */
export interface SubmitDeps {
  /** Throws what a caller did wrong, before anything is stored. */
  readonly check: (request: JobRequest) => void;
  /** How long results are kept, in seconds. */
  readonly ttl: { readonly defaultSeconds: number; readonly maximumSeconds: number };
  readonly now: () => number;
}

/** Requests as jobs that can be stored. Throws a caller's mistake. */
export function newJobs(requests: readonly JobRequest[], viewer: Viewer, deps: SubmitDeps): NewJob[] {
  return requests.map((request) => newJob(request, viewer, deps));
}

function newJob(request: JobRequest, { client, key }: Viewer, { check, ttl, now }: SubmitDeps): NewJob {
  check(request);
  const ttlSeconds = request.ttl ?? ttl.defaultSeconds;
  if (ttlSeconds > ttl.maximumSeconds) throw tooLong(ttl.maximumSeconds);
  const { language, version = "*", priority = 0, retry = 0 } = request;
  // What only the queue needs is not stored twice.
  const { wait: _wait, callback, idempotency_key, ...job } = request;
  return {
    ...{ id: randomUUID(), client, owner: key, language, version, priority, retry, ttlSeconds },
    idempotencyKey: idempotency_key ?? null,
    callback: callback ?? null,
    request: JSON.stringify(job),
    submittedAt: now(),
  };
}

function tooLong(maximum: number): CrankcaseError {
  return new CrankcaseError("invalid_request", `ttl is above the ${maximum} seconds that are configured`, {
    field: "ttl",
  });
}
