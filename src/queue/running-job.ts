import type { JobEvents } from "./job-events.ts";
import type { WaitingJob } from "./waiting-jobs.ts";

/** A job that has had its turn, and waits for a slot or runs. */
export interface RunningJob {
  readonly job: WaitingJob;
  readonly events: JobEvents;
  /** When it was given a slot, in milliseconds since 1970; null before. */
  startedAt: number | null;
  /** How its output is written. */
  encoding: "utf8" | "base64";
  /** Ends it; twice is harmless. */
  cancel(): void;
  /** Settles when its end is stored, or it was put back. */
  readonly ended: Promise<void>;
}
