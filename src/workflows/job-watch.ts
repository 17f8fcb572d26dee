import { isOver, type QueuedJob } from "../api/queued-job.ts";
import type { JobDesk } from "../queue/job-desk.ts";
import type { Viewer } from "../queue/viewer.ts";

/** Hears of one job. */
export interface JobListener {
  started(): void;
  /** It is over; null where it is not there any more. */
  over(job: QueuedJob | null): void;
}

/** Tells of a job until it is over, or the signal aborts. Rejects with what the queue's store fails of. */
export async function watchJob(
  id: string,
  { queued, viewer }: { readonly queued: Pick<JobDesk, "find" | "changed">; readonly viewer: Viewer },
  listener: JobListener,
  signal: AbortSignal,
): Promise<void> {
  const leave = new AbortController();
  const either = AbortSignal.any([signal, leave.signal]);
  try {
    while (!signal.aborted) {
      const changed = queued.changed(id, either);
      const [job] = await queued.find([id], viewer);
      if (signal.aborted) return;
      if (job === undefined || isOver(job.state)) return listener.over(job ?? null);
      if (job.state === "running") listener.started();
      await changed;
    }
  } finally {
    leave.abort();
  }
}
