import { Counter, Histogram, type Registry } from "prom-client";
import type { JobRequest } from "../api/job-request.ts";
import type { JobResult } from "../api/job-result.ts";
import { toCrankcaseError } from "../errors/crankcase-error.ts";

/** Bounds of the histograms in seconds: from a jail made ahead to the longest stage that anybody allows. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A runtime by its canonical name: never what a caller wrote. */
export interface KnownRuntime {
  readonly language: string;
  readonly version: string;
}

/** What of a job is measured; everything that a caller could make up stays out. */
export interface JobMetrics {
  done(result: JobResult): void;
  /** How a job's jail came to it; known when the jail is gone. */
  started(start: string): void;
  /** `runtime` is null where the job named none that there is. */
  failed(thrown: unknown, runtime: KnownRuntime | null): void;
}

/** Adds the metrics of jobs to a registry. */
export function jobMetrics(registry: Registry): JobMetrics {
  const jobs = new Counter({
    name: "crankcase_jobs_total",
    help: "Jobs that are over, by runtime and outcome: ok, exit_code, compile, the limit or signal that ended it, the verdict of one with testcases, or the code of the error that it was answered with.",
    labelNames: ["language", "version", "outcome"],
    registers: [registry],
  });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, buckets: SECONDS, registers: [registry] });
  const queue = histogram(
    "crankcase_job_queue_seconds",
    "What jobs waited for a slot and their stages' turns.",
  );
  const jail = histogram(
    "crankcase_job_jail_seconds",
    "What it took to write jobs' files and make their jails.",
  );
  const total = histogram("crankcase_job_seconds", "From the request, read and checked, to the answer.");
  const stages = new Histogram({
    name: "crankcase_stage_seconds",
    help: "From asking for a stage to its report, by language and stage.",
    labelNames: ["language", "stage"],
    buckets: SECONDS,
    registers: [registry],
  });
  const starts = new Counter({
    name: "crankcase_jail_starts_total",
    help: "Jails that jobs had, by how they came to them: with the program started ahead, made ahead (ready), or new.",
    labelNames: ["start"],
    registers: [registry],
  });
  return {
    started: (start) => starts.inc({ start }),
    done(result) {
      const { language, version, timings } = result;
      jobs.inc({ language, version, outcome: outcomeOf(result) });
      queue.observe(timings.queue_ms / 1000);
      jail.observe(timings.jail_ms / 1000);
      total.observe(timings.total_ms / 1000);
      for (const stage of ["compile", "run"] as const) {
        const ms = timings[`${stage}_ms`];
        if (ms !== undefined) stages.observe({ language, stage }, ms / 1000);
      }
    },
    failed(thrown, runtime) {
      const { language, version } = runtime ?? { language: "none", version: "none" };
      jobs.inc({ language, version, outcome: toCrankcaseError(thrown).code });
    },
  };
}

/** The same execution, measured. */
export function measureJobs<Call extends { readonly request: JobRequest }>(
  execute: (call: Call) => Promise<JobResult>,
  metrics: JobMetrics,
  select: (name: string, range: string) => KnownRuntime | null,
): (call: Call) => Promise<JobResult> {
  return async (call) => {
    try {
      const result = await execute(call);
      metrics.done(result);
      return result;
    } catch (thrown) {
      const { language, version = "*" } = call.request;
      metrics.failed(thrown, select(language, version));
      throw thrown;
    }
  };
}

function outcomeOf({ run, testcases }: JobResult): string {
  if (testcases !== undefined && testcases.verdict !== "CE")
    return testcases.verdict === "AC" ? "ok" : testcases.verdict;
  if (run === undefined) return "compile";
  if (run.cause !== "exited") return run.cause;
  return run.exit_code === 0 ? "ok" : "exit_code";
}
