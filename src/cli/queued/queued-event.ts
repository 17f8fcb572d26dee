import type { QueuedJob } from "../../api/queued-job.ts";
import type { JobEvent } from "../job/job-event.ts";

/** What a server tells of a job that nobody waits for; `data` of output is text. */
export type QueuedEvent = JobEvent | ({ readonly event: "state" } & QueuedJob);
