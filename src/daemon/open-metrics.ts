import { collectDefaultMetrics } from "prom-client";
import { countJails } from "../jail/count-jails.ts";
import type { Jail } from "../jail/jail.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { RunJobDeps } from "../jobs/job-context.ts";
import { measureJobs } from "../metrics/job-metrics.ts";
import { createMetrics, type Metrics } from "../metrics/metrics.ts";
import type { GaugeSources } from "../metrics/server-gauges.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";

/** What is measured. */
export interface MetricsDeps extends Omit<GaugeSources, "jails"> {
  readonly catalogue: Catalogue;
  readonly openJail: (options: { readonly signal: AbortSignal }) => Promise<Jail>;
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
export function openMetrics({ openJail, ...sources }: MetricsDeps): OpenMetrics {
  const jails = countJails(openJail);
  const metrics = createMetrics({ ...sources, jails: jails.count });
  collectDefaultMetrics({ register: metrics.registry });
  const select = (name: string, range: string) => sources.catalogue.select(name, range);
  return {
    metrics,
    openJail: jails.openJail,
    measured: (execute) => measureJobs(execute, metrics.jobs, select),
  };
}
