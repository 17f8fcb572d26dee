import { randomUUID } from "node:crypto";
import type { WorkflowRequest } from "../api/workflow-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { withinField } from "../errors/within-field.ts";
import { requireCallable, type SubmitDeps } from "../queue/new-jobs.ts";
import type { Viewer } from "../queue/viewer.ts";
import type { NewWorkflow } from "../queue/workflow-store.ts";
import { defineWorkflow } from "./define-workflow.ts";
import type { WorkflowBounds } from "./definition.ts";
import { placeholderJob } from "./placeholder-job.ts";
import { freshProgress } from "./progress.ts";

/** What accepting workflows takes. */
export interface AcceptDeps extends SubmitDeps {
  readonly bounds: WorkflowBounds;
  /** Of the whole, where the request does not say. */
  readonly timeLimitMs: number;
}

const MILLISECONDS = 1_000;

/** A request as a workflow that can be stored. Throws a caller's mistake, with its field. */
export function newWorkflow(
  request: WorkflowRequest,
  { client, key }: Viewer,
  deps: AcceptDeps,
): NewWorkflow {
  const definition = defineWorkflow(request, deps.bounds);
  for (const [index, { job }] of definition.steps.entries())
    withinField(`steps[${index}].job`, () => deps.check(placeholderJob(job)));
  if (request.callback !== undefined) requireCallable(request.callback, deps.callbacks);
  const { ttlSeconds, timeLimitMs } = times(request, deps);
  const { wait: _wait, callback, idempotency_key, ...stored } = request;
  const submittedAt = deps.now();
  return {
    ...{ id: randomUUID(), client, owner: key, ttlSeconds, jobKey: randomUUID(), submittedAt },
    name: request.name ?? null,
    idempotencyKey: idempotency_key ?? null,
    callback: callback ?? null,
    request: JSON.stringify(stored),
    progress: JSON.stringify(freshProgress(definition.steps)),
    deadline: submittedAt + timeLimitMs,
  };
}

/** A job's result must outlast the workflow that it is a part of: both times together are within what results may be kept for. */
function times(
  { ttl, time_limit_ms: limit }: WorkflowRequest,
  { ttl: { defaultSeconds, maximumSeconds }, timeLimitMs }: AcceptDeps,
): { readonly ttlSeconds: number; readonly timeLimitMs: number } {
  const ttlSeconds = ttl ?? Math.min(defaultSeconds, Math.ceil(maximumSeconds / 2));
  const rest = maximumSeconds - ttlSeconds;
  if (rest < 0) throw refused("ttl", `is above the ${maximumSeconds} seconds that are configured`);
  if (limit !== undefined && limit > rest * MILLISECONDS)
    throw refused(
      "time_limit_ms",
      `and ttl are together above the ${maximumSeconds} seconds that are configured`,
    );
  const left = Math.min(timeLimitMs, rest * MILLISECONDS);
  if (limit === undefined && left < 1)
    throw refused("ttl", `leaves no time of the ${maximumSeconds} seconds that are configured`);
  return { ttlSeconds, timeLimitMs: limit ?? left };
}

function refused(field: string, why: string): CrankcaseError {
  return new CrankcaseError("invalid_request", `${field} ${why}`, { field });
}
