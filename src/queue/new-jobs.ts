import { randomUUID } from "node:crypto";
import type { JobRequest } from "../api/job-request.ts";
import type { Callback } from "../api/queued-job-request.ts";
import { type CallbackReach, callbackUrlFault } from "../callbacks/callback-url.ts";
import { signingKey } from "../callbacks/sign-delivery.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { withinField } from "../errors/within-field.ts";
import type { NewJob } from "./job-store.ts";
import type { Viewer } from "./viewer.ts";

/** What accepting jobs takes. */
export interface SubmitDeps {
  /** Throws what a caller did wrong, before anything is stored. */
  readonly check: (request: JobRequest) => void;
  /** How long results are kept, in seconds. */
  readonly ttl: { readonly defaultSeconds: number; readonly maximumSeconds: number };
  /** Whom callbacks may be sent to. */
  readonly callbacks: CallbackReach;
  readonly now: () => number;
}

/** Requests as jobs that can be stored. Throws a caller's mistake, with its field; the job too where there are several. */
export function newJobs(requests: readonly JobRequest[], viewer: Viewer, deps: SubmitDeps): NewJob[] {
  const [only, ...others] = requests;
  if (only !== undefined && others.length === 0) return [newJob(only, viewer, deps)];
  return requests.map((request, index) => withinField(`jobs[${index}]`, () => newJob(request, viewer, deps)));
}

function newJob(request: JobRequest, { client, key }: Viewer, deps: SubmitDeps): NewJob {
  const { check, ttl, now, callbacks } = deps;
  check(request);
  if (request.callback !== undefined) requireCallable(request.callback, callbacks);
  const ttlSeconds = request.ttl ?? Math.min(ttl.defaultSeconds, ttl.maximumSeconds);
  if (ttlSeconds > ttl.maximumSeconds)
    throw refused("ttl", `is above the ${ttl.maximumSeconds} seconds that are configured`);
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

/** Throws `invalid_request` for a callback that cannot be sent. What its host's name leads to is looked at when it is sent to: until then that may change. */
export function requireCallable({ url, secret }: Callback, reach: CallbackReach): void {
  const fault = callbackUrlFault(url, reach);
  if (fault !== null) throw refused("callback.url", fault);
  if (signingKey(secret) === null) throw refused("callback.secret", "has no base64 behind whsec_");
}

function refused(field: string, why: string): CrankcaseError {
  return new CrankcaseError("invalid_request", `${field} ${why}`, { field });
}
