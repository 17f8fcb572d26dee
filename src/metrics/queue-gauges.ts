import { Gauge, type Registry } from "prom-client";

/** What the gauges of a queue read when somebody asks. */
export interface QueueCounts {
  readonly waiting: number;
  readonly running: number;
}

/** Adds the gauges of the jobs that nobody waits for to a registry. */
export function queueGauges(registry: Registry, queued: QueueCounts): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge("crankcase_queued_jobs", "Jobs that nobody waits for and that have not begun.", () => queued.waiting);
  gauge(
    "crankcase_queued_jobs_running",
    "Jobs that nobody waits for and that run, or wait for their slot.",
    () => queued.running,
  );
}
