import { type Cluster, openCluster } from "../cluster/cluster.ts";
import type { OwnWork } from "../cluster/cluster-deps.ts";
import type { SharedParts } from "../cluster/shared-parts.ts";
import type { SharedStore } from "../cluster/shared-store.ts";
import { sharedWorkflows } from "../cluster/shared-workflows.ts";
import type { Config } from "../config/config.ts";
import { nativeErrorBody } from "../http/native-words.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import { clusterGauges } from "../metrics/cluster-gauges.ts";
import { queueGauges } from "../metrics/queue-gauges.ts";
import type { Slots } from "../slots/slots.ts";
import { reloadAll } from "./open-alone.ts";
import { frontSlots, openFront } from "./open-front.ts";
import { type JobsDeps, type OpenJobs, openJobs } from "./open-jobs.ts";
import type { Served, Serving } from "./serving.ts";

/** How often workflows are looked for whose server has died, in milliseconds. */
const LOOK_MS = 5_000;

/** Opens a daemon that shares its jobs with others, in its role; the store stays open. Throws `start_failed`, `invalid_definition` or `store_away`. */
export async function openShared(
  config: Config,
  deps: JobsDeps,
  { store, artifacts }: SharedParts,
): Promise<Serving> {
  const { log, limits } = deps;
  const warn = (text: string) => log.warn(text);
  await using opened = new AsyncDisposableStack();
  const jobs = config.role === "api" ? null : opened.use(await openJobs(config, { ...deps, artifacts }));
  const work: OwnWork | null = jobs === null ? null : { ...jobs, limits };
  const cluster = opened.use(await openCluster({ store, config, work, errorBody: nativeErrorBody, warn }));
  const front = frontSlots(config);
  const execute = waitedFor(cluster.execute, front, deps.kill);
  const served: Served =
    jobs === null
      ? { ...openFront({ ...deps, catalogue: live(cluster), slots: front }), execute, artifacts }
      : { ...jobs, execute, catalogue: live(cluster) };
  queueGauges(served.metrics.registry, cluster.desk);
  clusterGauges(served.metrics.registry, { ...cluster, store });
  const held = opened.move();
  return {
    served,
    queued: cluster.desk,
    check: (request) => void cluster.classes.choose(request, false),
    workflows: { store: sharedWorkflows(store), sharing: cluster.workflowSharing, sweepMs: LOOK_MS },
    reload: jobs === null ? () => Promise.resolve() : reloadAll(jobs),
    readiness: readiness(jobs, served, store),
    isWorker: config.role === "worker",
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** What all workers together can run, as it is now. */
function live({ classes }: Cluster): Served["catalogue"] {
  return {
    get definitions() {
      return classes.catalogue.definitions;
    },
    get runtimes() {
      return classes.catalogue.runtimes;
    },
    get packages() {
      return classes.catalogue.packages;
    },
    select: (name, range) => classes.catalogue.select(name, range),
  };
}

/** Bounded, and ended when this server's grace is over. */
function waitedFor(execute: ExecuteJob, front: Slots, kill: AbortSignal): ExecuteJob {
  return async (call) => {
    const signal = AbortSignal.any([call.signal, kill]);
    await using _place = await front.acquire(signal, call.client);
    return await execute({ ...call, signal });
  };
}

function readiness(
  jobs: OpenJobs | null,
  { catalogue, slots }: Served,
  store: SharedStore,
): Serving["readiness"] {
  return { catalogue, slots, socketPath: jobs?.socketPath ?? null, store };
}
