import type { JobRequest } from "../../api/job-request.ts";
import type { QueuedJob } from "../../api/queued-job.ts";
import { API, answerOf, type Caller, jsonBody } from "../api-call.ts";

/** Ids that one request may name. */
const MOST_IDS = 100;

/** The routes of jobs that nobody waits for. Every call throws what the server answers, or `server_unreachable`. */
export interface JobsApi {
  /** Leaves a job to the server; `isNew` is false where an earlier one had its idempotency key. */
  submit(job: JobRequest): Promise<{ readonly job: QueuedJob; readonly isNew: boolean }>;
  /** The same of many, all or none of which are accepted. */
  submitAll(jobs: readonly JobRequest[]): Promise<readonly QueuedJob[]>;
  /** The caller's own, newest first, without results. */
  list(filter: JobFilter): Promise<readonly QueuedJob[]>;
  /** Some, with their results; those that nobody knows are left out. */
  fetch(ids: readonly string[]): Promise<readonly QueuedJob[]>;
  /** One, as it stands. */
  find(id: string): Promise<QueuedJob>;
  /** One, once it is over or the seconds are. */
  wait(id: string, seconds: number): Promise<QueuedJob>;
  /** Takes it from the queue, or kills it; one that is over stays as it is. */
  cancel(id: string): Promise<QueuedJob>;
  /** What it does, from its start on, a line of JSON for each event. */
  events(id: string): Promise<Response>;
}

/** Which jobs to list. */
export interface JobFilter {
  readonly state?: QueuedJob["state"];
  readonly limit?: number;
}

/** Makes one of a caller. */
export function createJobsApi({ url, send, call }: Caller): JobsApi {
  return {
    async submit(job) {
      const response = await send(`${API}jobs`, jsonBody("POST", { ...job, wait: false }));
      // 200 is what the key of an earlier one is answered with, 202 a new one.
      return { job: (await answerOf(url, response)) as QueuedJob, isNew: response.status !== 200 };
    },
    async submitAll(jobs) {
      const body = { jobs: jobs.map((job) => ({ ...job, wait: false })) };
      return jobsOf(await call("jobs/batch", jsonBody("POST", body)));
    },
    async list({ state, limit }) {
      const query = new URLSearchParams();
      if (state !== undefined) query.set("state", state);
      if (limit !== undefined) query.set("limit", String(limit));
      return jobsOf(await call(query.size === 0 ? "jobs" : `jobs?${query}`));
    },
    async fetch(ids) {
      const found: QueuedJob[] = [];
      for (let at = 0; at < ids.length; at += MOST_IDS) {
        const some = ids
          .slice(at, at + MOST_IDS)
          .map(encodeURIComponent)
          .join(",");
        found.push(...jobsOf(await call(`jobs?ids=${some}`)));
      }
      return found;
    },
    find: async (id) => (await call(`jobs/${encodeURIComponent(id)}`)) as QueuedJob,
    wait: async (id, seconds) =>
      (await call(`jobs/${encodeURIComponent(id)}?wait=${seconds}`, { isLong: true })) as QueuedJob,
    cancel: async (id) => (await call(`jobs/${encodeURIComponent(id)}`, { method: "DELETE" })) as QueuedJob,
    events: async (id) => {
      const headers = { accept: "application/x-ndjson" };
      return await send(`${API}jobs/${encodeURIComponent(id)}/events`, { headers, isLong: true });
    },
  };
}

function jobsOf(body: unknown): readonly QueuedJob[] {
  return (body as { readonly jobs: readonly QueuedJob[] }).jobs;
}
