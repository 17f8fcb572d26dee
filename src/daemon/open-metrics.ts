import { collectDefaultMetrics } from "prom-client";
import { countJails } from "../jail/count-jails.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { RunJobDeps } from "../jobs/job-context.ts";
import { measureJobs } from "../metrics/job-metrics.ts";
import { createMetrics, type Metrics } from "../metrics/metrics.ts";
import type { GaugeSources } from "../metrics/server-gauges.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { Pools } from "./open-pools.ts";

/** What is measured. */
export interface MetricsDeps extends Omit<GaugeSources, "jails" | "waiting"> {
  readonly catalogue: Catalogue;
  readonly pools: Pick<Pools, "openJail" | "waiting">;
}

/** A daemon's metrics, and what is counted in them. */
export interface OpenMetrics {
  readonly metrics: Metrics;
  /** The same way to open a jail, counted. */
  readonly openJail: RunJobDeps["openJail"];
  /** The same execution, measured. */
  measured(execute: ExecuteJob): ExecuteJob;
}

/** Makes the metrics of the daemon that this process is; those of the process itself (memory, event loop) are among them. */
export function openMetrics({ pools, ...sources }: MetricsDeps): OpenMetrics {
  const jails = countJails(pools.openJail, (start) => metrics.jobs.started(start));
  const metrics: Metrics = createMetrics({ ...sources, jails: jails.count, waiting: pools.waiting });
  collectDefaultMetrics({ register: metrics.registry });
  const select = (name: string, range: string) => sources.catalogue.select(name, range);
  return {
    metrics,
    openJail: jails.openJail,
    measured: (execute) => measureJobs(execute, metrics.jobs, select),
  };
}
