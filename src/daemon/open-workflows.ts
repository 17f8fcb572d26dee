import type { Config } from "../config/config.ts";
import { nativeErrorBody } from "../http/native-words.ts";
import { resolveRequest } from "../jobs/resolve-request.ts";
import { workflowGauge } from "../metrics/workflow-gauge.ts";
import type { Lease, RunDeps } from "../workflows/run-deps.ts";
import { workflowCallbacks } from "../workflows/workflow-callbacks.ts";
import { Workflows } from "../workflows/workflows.ts";
import type { Callers } from "./open-callers.ts";
import type { OpenJobs } from "./open-jobs.ts";
import type { QueueDeps } from "./open-queue.ts";

/** After what cannot be done for now, in milliseconds. */
const PAUSE_MS = 1_000;

/** How often workflows that have expired are removed, in milliseconds. */
const SWEEP_MS = 60_000;

/** What workflows depend on besides the configuration. */
export interface WorkflowDeps extends Pick<QueueDeps, "limits" | "log">, Pick<RunDeps, "store" | "queued"> {
  readonly jobs: Pick<OpenJobs, "catalogue" | "metrics" | "artifacts">;
  readonly callers: Pick<Callers, "access" | "meter">;
}

/** The workflows of a daemon. */
export interface OpenWorkflows extends AsyncDisposable {
  readonly workflows: Workflows;
}

/** Opens the workflows over the queue and its file, and goes on with those that a daemon before left. */
export async function openWorkflows(config: Config, deps: WorkflowDeps): Promise<OpenWorkflows> {
  const { jobs, store, queued, limits, log } = deps;
  const { catalogue, metrics, artifacts } = jobs;
  const { ttlSeconds, ttlMaxSeconds, privateCallbacks } = config.queuedJobs;
  const reach = { allowPrivate: privateCallbacks };
  const warn = (text: string) => log.warn(text);
  await using opened = new AsyncDisposableStack();
  const callbacks = opened.use(workflowCallbacks({ store, warn, errorBody: nativeErrorBody, ...reach }));
  const workflows = await Workflows.open({
    store,
    artifacts,
    queued,
    bounds: config.workflows,
    timeLimitMs: config.workflows.timeLimitMs,
    check: (request) => void resolveRequest("", request, { catalogue, limits }),
    ttl: { defaultSeconds: ttlSeconds, maximumSeconds: ttlMaxSeconds },
    callbacks: reach,
    // There is one process for this file.
    claim: () => Promise.resolve(ownLease()),
    spend: (owner) => spend(owner, deps),
    callbackDue: () => callbacks.wake(),
    now: () => Date.now(),
    errorBody: nativeErrorBody,
    warn,
    ...{ pauseMs: PAUSE_MS, sweepMs: SWEEP_MS },
  });
  opened.use(workflows);
  workflowGauge(metrics.registry, workflows);
  const held = opened.move();
  return { workflows, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** A key that is gone has no quota any more, as it has none for its jobs that wait. */
function spend(owner: string | null, { callers }: WorkflowDeps): void {
  const key = owner === null ? null : callers.access.keys.named(owner);
  if (key !== null) callers.meter.spend({ client: `key:${key.name}`, key }, 1);
}

function ownLease(): Lease {
  return { lost: new AbortController().signal, [Symbol.asyncDispose]: () => Promise.resolve() };
}
