import type { JobTimings } from "../api/job-result.ts";

/** A part of a job's time. */
export type JobPart = "queue" | "jail" | "compile" | "run" | "artifacts";

/** Where the time of one job goes. */
export interface JobClock {
  /** Adds what the action takes to a part, also where it rejects. */
  measure<Value>(part: JobPart, action: () => Promise<Value>): Promise<Value>;
  /** What was measured so far; parts that a job need not have are left out where it had none. */
  timings(): JobTimings;
}

/** A clock that starts now. */
export function startJobClock(): JobClock {
  const start = performance.now();
  const spent: Partial<Record<JobPart, number>> = {};
  return {
    async measure(part, action) {
      const from = performance.now();
      try {
        return await action();
      } finally {
        spent[part] = (spent[part] ?? 0) + performance.now() - from;
      }
    },
    timings: () => ({
      queue_ms: toMicroseconds(spent.queue ?? 0),
      jail_ms: toMicroseconds(spent.jail ?? 0),
      ...(spent.compile === undefined ? {} : { compile_ms: toMicroseconds(spent.compile) }),
      ...(spent.run === undefined ? {} : { run_ms: toMicroseconds(spent.run) }),
      ...(spent.artifacts === undefined ? {} : { artifacts_ms: toMicroseconds(spent.artifacts) }),
      total_ms: toMicroseconds(performance.now() - start),
    }),
  };
}

/** Milliseconds to three places: what lies below says nothing. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
