import type { FastifyInstance, FastifyRequest } from "fastify";
import { type JobBatch, JobBatchShape } from "../api/job-batch.ts";
import { type JobState, jobStates } from "../api/job-states.ts";
import { isOver, type QueuedJob } from "../api/queued-job.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Viewer } from "../queue/viewer.ts";
import { acceptBatch } from "./accept-jobs.ts";
import { clientSignal } from "./client-signal.ts";
import { wantedStream } from "./event-stream.ts";
import { bodyObject } from "./json-body.ts";
import { type Query, queryNumber, queryText, queryWord, requireKnown } from "./query.ts";
import { followJobs } from "./queued-follow.ts";
import { requireJob, streamQueuedJob } from "./queued-stream.ts";
import { requestCheck } from "./request-check.ts";
import { scopedSignal } from "./scoped-signal.ts";
import type { ServerDeps } from "./server-deps.ts";
import { viewerOf } from "./viewer-of.ts";

/** Longest time for which one request waits for a job's end, in seconds: proxies give up after a minute. */
const MOST_WAIT_SECONDS = 60;

/** Jobs of one list, and ids of one request: a URL holds so many. */
const MOST_LISTED = 1_000;
const LISTED = 50;
const MOST_IDS = 100;

interface JobRoute {
  readonly Params: { readonly id: string };
  readonly Querystring: Query;
}

/** The routes for jobs that nobody waits for, but the one that submits one. */
export function queuedJobs(group: FastifyInstance, deps: ServerDeps): void {
  const { queued } = deps;
  const config = { needs: "run" } as const;
  const requireBatch = requestCheck<JobBatch>(JobBatchShape);
  group.post("/jobs/batch", { config: { ...config, counts: "job" } }, async (request, reply) => {
    const { jobs } = requireBatch(bodyObject(request.body));
    return await acceptBatch(jobs, request.caller, reply, deps);
  });
  group.get<JobRoute>("/jobs", { config }, async ({ query, caller }) => {
    return { jobs: await wantedJobs(query, viewerOf(caller), deps) };
  });
  group.get<JobRoute>("/jobs/:id", { config }, async (request, reply) => {
    requireKnown(request.query, ["wait"]);
    const range = { least: 0, most: MOST_WAIT_SECONDS, fallback: 0 };
    const seconds = queryNumber(request.query, "wait", range);
    return await waitedFor(request, seconds, clientSignal(reply), deps);
  });
  group.get<JobRoute>("/jobs/:id/events", { config }, async (request, reply) => {
    const format = wantedStream(request) ?? "text/event-stream";
    return await streamQueuedJob(
      reply,
      format,
      { id: request.params.id, viewer: viewerOf(request.caller) },
      deps,
    );
  });
  group.delete<JobRoute>("/jobs/:id", { config }, async ({ params: { id }, caller }) => {
    const viewer = viewerOf(caller);
    await requireJob(id, viewer, deps);
    await queued.cancel(id);
    return await requireJob(id, viewer, deps);
  });
  followJobs(group, deps);
}

async function wantedJobs(
  query: Query,
  viewer: Viewer,
  { queued }: ServerDeps,
): Promise<readonly QueuedJob[]> {
  requireKnown(query, ["ids", "state", "limit", "before"]);
  const ids = queryText(query, "ids");
  if (ids !== null) return await queued.find(requireIds(ids), viewer);
  const range = { least: 1, most: MOST_LISTED, fallback: LISTED };
  const state: JobState | null = queryWord(query, "state", jobStates);
  const limit = queryNumber(query, "limit", range);
  return await queued.list({ state, limit, before: queryText(query, "before") }, viewer);
}

function requireIds(text: string): string[] {
  const ids = text.split(",");
  if (ids.length <= MOST_IDS) return ids;
  throw new CrankcaseError("invalid_request", `ids names more than ${MOST_IDS} jobs`, { field: "ids" });
}

/** The job, once it is over or the time is. */
async function waitedFor(
  { params: { id }, caller }: FastifyRequest<JobRoute>,
  seconds: number,
  hungUp: AbortSignal,
  deps: ServerDeps,
): Promise<QueuedJob> {
  const viewer = viewerOf(caller);
  using scope = scopedSignal(hungUp, deps.ending, AbortSignal.timeout(seconds * 1_000));
  const { signal } = scope;
  for (;;) {
    const changed = deps.queued.changed(id, signal);
    const job = await requireJob(id, viewer, deps);
    if (seconds === 0 || isOver(job.state) || signal.aborted) return job;
    await changed;
  }
}
