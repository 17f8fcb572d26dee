import { jobStates } from "../../api/job-states.ts";
import { JOB_ERRORS } from "./job-errors.ts";
import { EXAMPLE_JOB, EXAMPLE_QUEUED } from "./job-examples.ts";
import { json, type Operation, ok, one, type QueryParameter, streamed } from "./operation.ts";

const ROUTE = "/api/crankcase/v1/jobs";

const LIST_QUERY: Readonly<Record<string, QueryParameter>> = {
  ids: {
    description:
      "Ids with commas between them, 100 at most: these jobs with their results, in this order; those that there are not are left out. Not with the others.",
    schema: { type: "string" },
  },
  state: {
    description: "Only jobs that stand there.",
    schema: { type: "string", enum: [...jobStates] },
  },
  limit: {
    description: "Jobs of the answer.",
    schema: { type: "integer", minimum: 1, maximum: 1_000, default: 50 },
  },
  before: {
    description: "Id of a job: only those that were accepted before it, for the next page.",
    schema: { type: "string" },
  },
};

const of = {
  tag: "jobs",
  needs: "run",
  errorShape: "Error",
} as const;

/** Operations about jobs that nobody waits for, but the one that submits one. */
export const queuedOperations: readonly Operation[] = [
  {
    ...of,
    method: "POST",
    route: `${ROUTE}/batch`,
    id: "submitJobs",
    summary: "Submit jobs that nobody waits for",
    description: "All are accepted, or none. Each counts as a request. `wait` may be left out.",
    counts: "job",
    body: { shape: "JobBatch", example: { jobs: [EXAMPLE_JOB] } },
    answers: [json(202, "Where each stands, in their order.", one("QueuedJobs"), { jobs: [EXAMPLE_QUEUED] })],
    errors: [...JOB_ERRORS, "store_unavailable"],
  },
  {
    ...of,
    method: "GET",
    route: ROUTE,
    id: "listJobs",
    summary: "List jobs that nobody waits for, or fetch several",
    description:
      "The caller's own, the newest first, without results; an admin's key sees everybody's. With `ids` those, with their results.",
    query: LIST_QUERY,
    answers: [ok("The jobs.", one("QueuedJobs"), { jobs: [EXAMPLE_QUEUED] })],
    errors: ["invalid_request", "store_unavailable"],
  },
  {
    ...of,
    method: "GET",
    route: `${ROUTE}/:id`,
    id: "getJob",
    summary: "Tell where a job stands, with its result once it is done",
    query: {
      wait: {
        description: "Seconds for which the answer may wait for the job's end.",
        schema: { type: "integer", minimum: 0, maximum: 60, default: 0 },
      },
    },
    answers: [ok("Where it stands.", one("QueuedJob"), EXAMPLE_QUEUED)],
    errors: ["invalid_request", "not_found", "store_unavailable"],
  },
  {
    ...of,
    method: "GET",
    route: `${ROUTE}/:id/events`,
    id: "followJob",
    summary: "Tell what happens to a job, until it is over",
    description:
      "First `state`, and again whenever it changes; of a running job, from its start on, what a streamed answer has; at the end `result`, without output that was told, or `error`.",
    answers: [streamed("What happens to it.")],
    errors: ["not_found", "store_unavailable"],
  },
  {
    ...of,
    method: "DELETE",
    route: `${ROUTE}/:id`,
    id: "cancelJob",
    summary: "Cancel a job",
    description: "One that runs is killed; one that is over stays as it is.",
    answers: [ok("Where it stands now.", one("QueuedJob"), { ...EXAMPLE_QUEUED, state: "cancelled" })],
    errors: ["not_found", "store_unavailable"],
  },
  {
    ...of,
    method: "GET",
    route: `${ROUTE}/follow`,
    id: "followJobs",
    summary: "Tell what happens to many jobs, by WebSocket",
    description:
      "Messages are JSON: `follow` and `unfollow` with an `id` to the server, up to 1,000 jobs at one time; from it the events of each, as `followJob` has them, with `id` and `event`. A request that asks for no WebSocket is answered 404.",
    answers: [{ status: 101, description: "The connection speaks WebSocket from here on.", content: {} }],
    errors: ["not_found"],
  },
];
