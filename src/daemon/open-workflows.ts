import type { Config } from "../config/config.ts";
import { nativeErrorBody } from "../http/native-words.ts";
import { workflowGauge } from "../metrics/workflow-gauge.ts";
import { workflowCallbacks } from "../workflows/workflow-callbacks.ts";
import { Workflows } from "../workflows/workflows.ts";
import type { Callers } from "./open-callers.ts";
import type { JobsDeps } from "./open-jobs.ts";
import type { Serving } from "./serving.ts";

/** After what cannot be done for now, in milliseconds. */
const PAUSE_MS = 1_000;

/** What workflows depend on besides the configuration. */
export interface WorkflowDeps
  extends Pick<JobsDeps, "log">,
    Pick<Serving, "served" | "queued" | "check" | "workflows"> {
  readonly callers: Pick<Callers, "access" | "meter">;
}

/** The workflows of a daemon. */
export interface OpenWorkflows extends AsyncDisposable {
  readonly workflows: Workflows;
}

/** Opens the workflows over the queue and their store, and goes on with those that nobody drives. */
export async function openWorkflows(config: Config, deps: WorkflowDeps): Promise<OpenWorkflows> {
  const { served, queued, check, workflows: kept, log } = deps;
  const { ttlSeconds, ttlMaxSeconds, privateCallbacks } = config.queuedJobs;
  const reach = { allowPrivate: privateCallbacks };
  const warn = (text: string) => log.warn(text);
  await using opened = new AsyncDisposableStack();
  const told = { store: kept.store, warn, errorBody: nativeErrorBody };
  const callbacks = opened.use(workflowCallbacks({ ...told, ...reach }));
  const workflows = await Workflows.open({
    ...kept,
    ...told,
    ...{ queued, check, artifacts: served.artifacts },
    bounds: config.workflows,
    timeLimitMs: config.workflows.timeLimitMs,
    ttl: { defaultSeconds: ttlSeconds, maximumSeconds: ttlMaxSeconds },
    callbacks: reach,
    spend: (owner) => spend(owner, deps),
    callbackDue: () => callbacks.wake(),
    now: () => Date.now(),
    pauseMs: PAUSE_MS,
  });
  opened.use(workflows);
  workflowGauge(served.metrics.registry, workflows);
  const held = opened.move();
  return { workflows, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** A key that is gone has no quota any more, as it has none for its jobs that wait. */
async function spend(owner: string | null, { callers }: WorkflowDeps): Promise<void> {
  const key = owner === null ? null : callers.access.keys.named(owner);
  if (key !== null) await callers.meter.spend({ client: `key:${key.name}`, key }, 1);
}
