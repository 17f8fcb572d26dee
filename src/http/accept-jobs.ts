import type { FastifyReply } from "fastify";
import type { Caller } from "../access/caller.ts";
import type { JobRequest } from "../api/job-request.ts";
import type { QueuedJob } from "../api/queued-job.ts";
import { queuingFields } from "../api/queued-job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ServerDeps } from "./server-deps.ts";
import { viewerOf } from "./viewer-of.ts";

/** Where a job is found by its id. */
const JOBS_PATH = "/api/crankcase/v1/jobs";

/** Accepts a job whose caller does not wait: 202, or 200 where it was accepted before. */
export async function acceptJob(
  request: JobRequest,
  caller: Caller,
  reply: FastifyReply,
  { queued }: ServerDeps,
): Promise<QueuedJob> {
  const [submitted] = await queued.submit([request], viewerOf(caller));
  if (submitted === undefined) throw new Error("a job was neither accepted nor refused");
  const { job, isNew } = submitted;
  reply.code(isNew ? 202 : 200).header("location", `${JOBS_PATH}/${job.id}`);
  return job;
}

/** Throws `invalid_request` for what only means something where nobody waits. */
export function requireWaiting(request: JobRequest): void {
  const fields = Object.keys(queuingFields) as (keyof typeof queuingFields)[];
  const field = fields.find((name) => name !== "wait" && request[name] !== undefined);
  if (field === undefined) return;
  throw new CrankcaseError("invalid_request", `${field} needs "wait": false`, { field });
}

/** Accepts a batch: all of its jobs, or none. Throws `invalid_request` for one that is to be waited for. */
export async function acceptBatch(
  jobs: readonly JobRequest[],
  caller: Caller,
  reply: FastifyReply,
  { queued, meter }: ServerDeps,
): Promise<{ readonly jobs: readonly QueuedJob[] }> {
  const waited = jobs.findIndex(({ wait = false }) => wait);
  if (waited >= 0) {
    const field = `jobs[${waited}].wait`;
    throw new CrankcaseError("invalid_request", `${field} must be false: nobody waits for a batch`, {
      field,
    });
  }
  // The request itself was counted as one when it came.
  await meter.spend(caller, jobs.length - 1);
  const submitted = await queued.submit(jobs, viewerOf(caller));
  reply.code(202);
  return { jobs: submitted.map(({ job }) => job) };
}
