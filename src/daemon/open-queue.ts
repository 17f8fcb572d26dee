import type { Logger } from "pino";
import type { JobRequest } from "../api/job-request.ts";
import type { Config } from "../config/config.ts";
import { machineLabels } from "../config/machine-labels.ts";
import { startsLogPath } from "../config/starts-log-path.ts";
import { nativeErrorBody } from "../http/native-words.ts";
import { readStarts } from "../jail/read-starts.ts";
import type { LimitConfig } from "../jobs/language-limits.ts";
import { resolveRequest } from "../jobs/resolve-request.ts";
import { queueGauges } from "../metrics/queue-gauges.ts";
import type { JobDesk } from "../queue/job-desk.ts";
import type { JobStore } from "../queue/job-store.ts";
import type { SubmitDeps } from "../queue/new-jobs.ts";
import { queueCallbacks } from "../queue/queue-callbacks.ts";
import { QueuedJobs } from "../queue/queued-jobs.ts";
import type { OpenJobs } from "./open-jobs.ts";

/** Before the next queued job is tried where one could not be run for now, in milliseconds. */
const PAUSE_MS = 500;

/** How often results that have expired are removed, in milliseconds. */
const SWEEP_MS = 60_000;

/** What the queue depends on besides the configuration. */
export interface QueueDeps {
  readonly jobs: Pick<OpenJobs, "execute" | "catalogue" | "slots" | "metrics">;
  /** Where they are kept; the queue's from now on, which closes it. */
  readonly store: JobStore;
  /** Limits as they are now. */
  readonly limits: LimitConfig;
  readonly log: Logger;
}

/** The queue of a daemon. Disposing closes its store as well. */
export interface OpenQueue extends AsyncDisposable {
  readonly queued: JobDesk;
  /** Throws what a caller did wrong in a request for a job. */
  readonly check: SubmitDeps["check"];
}

/** Opens the queue over its store, with the jobs that a daemon before left in it. */
export async function openQueue(
  config: Config,
  { jobs, store: given, limits, log }: QueueDeps,
): Promise<OpenQueue> {
  const { execute, catalogue, slots, metrics } = jobs;
  const { jobs: queueBound, jobsPerClient, storeBytes, ttlSeconds, ttlMaxSeconds } = config.queuedJobs;
  await using opened = new AsyncDisposableStack();
  const store = opened.use(given);
  const labels = machineLabels(config);
  const reach = { allowPrivate: config.queuedJobs.privateCallbacks };
  const warn = (text: string) => log.warn(text);
  const callbacks = opened.use(queueCallbacks({ store, warn, ...reach }));
  const check = (request: JobRequest) => void resolveRequest("", request, { catalogue, limits, labels });
  const queued = await QueuedJobs.open({
    store,
    execute,
    width: slots.total,
    check,
    ttl: { defaultSeconds: ttlSeconds, maximumSeconds: ttlMaxSeconds },
    bounds: { queueBound, queueBoundPerClient: jobsPerClient, bytes: storeBytes },
    startsOf: (names) => startsOf(startsLogPath(config), names),
    now: () => Date.now(),
    errorBody: nativeErrorBody,
    callbacks: reach,
    callbackDue: () => callbacks.wake(),
    warn,
    ...{ pauseMs: PAUSE_MS, sweepMs: SWEEP_MS },
  });
  opened.use(queued);
  queueGauges(metrics.registry, queued);
  // Some may have been found interrupted.
  callbacks.wake();
  const held = opened.move();
  return { queued, check, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** When these were noted by the jailer, by name; the last time where it was more than once. */
async function startsOf(path: string, names: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  await readStarts(path, ({ name, at }) => {
    const start = name.split("/", 2).join("/");
    if (names.has(start)) found.set(start, at.getTime());
  });
  return found;
}
