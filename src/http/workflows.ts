import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Workflow } from "../api/workflow.ts";
import { type WorkflowRequest, WorkflowRequestShape } from "../api/workflow-request.ts";
import { workflowStates } from "../api/workflow-states.ts";
import type { Viewer } from "../queue/viewer.ts";
import { clientSignal } from "./client-signal.ts";
import { wantedStream } from "./event-stream.ts";
import { bodyObject } from "./json-body.ts";
import { type Query, queryNumber, queryText, queryWord, requireKnown } from "./query.ts";
import { requestCheck } from "./request-check.ts";
import { scopedSignal } from "./scoped-signal.ts";
import type { ServerDeps } from "./server-deps.ts";
import { viewerOf } from "./viewer-of.ts";
import { requireWorkflow, streamWorkflow } from "./workflow-stream.ts";

/** Where a workflow is found by its id. */
const WORKFLOWS_PATH = "/api/crankcase/v1/workflows";

/** Longest time for which one request waits for an end, in seconds: proxies give up after a minute. */
const MOST_WAIT_SECONDS = 60;

/** Workflows of one list. */
const MOST_LISTED = 1_000;
const LISTED = 50;

interface WorkflowRoute {
  readonly Params: { readonly id: string };
  readonly Querystring: Query;
}

/** The routes for sequences of jobs. */
export function workflows(group: FastifyInstance, deps: ServerDeps): void {
  const config = { needs: "run" } as const;
  const requireWorkflowRequest = requestCheck<WorkflowRequest>(WorkflowRequestShape);
  group.post("/workflows", { config: { ...config, counts: "job" } }, async (request, reply) => {
    const workflow = requireWorkflowRequest(bodyObject(request.body));
    return await accept(workflow, viewerOf(request.caller), reply, deps);
  });
  group.get<WorkflowRoute>("/workflows", { config }, async ({ query, caller }) => {
    requireKnown(query, ["state", "limit", "before"]);
    const range = { least: 1, most: MOST_LISTED, fallback: LISTED };
    const wanted = {
      state: queryWord(query, "state", workflowStates),
      limit: queryNumber(query, "limit", range),
      before: queryText(query, "before"),
    };
    return { workflows: await deps.workflows.list(wanted, viewerOf(caller)) };
  });
  group.get<WorkflowRoute>("/workflows/:id", { config }, async (request, reply) => {
    requireKnown(request.query, ["wait"]);
    const range = { least: 0, most: MOST_WAIT_SECONDS, fallback: 0 };
    const seconds = queryNumber(request.query, "wait", range);
    const hungUp = clientSignal(reply);
    return await waitedFor(request, AbortSignal.any([hungUp, AbortSignal.timeout(seconds * 1_000)]), deps);
  });
  group.get<WorkflowRoute>("/workflows/:id/events", { config }, async (request, reply) => {
    const format = wantedStream(request) ?? "text/event-stream";
    const followed = { id: request.params.id, viewer: viewerOf(request.caller) };
    return await streamWorkflow(reply, format, followed, deps);
  });
  group.delete<WorkflowRoute>("/workflows/:id", { config }, async ({ params: { id }, caller }) => {
    const viewer = viewerOf(caller);
    await requireWorkflow(id, viewer, deps);
    await deps.workflows.cancel(id);
    return await requireWorkflow(id, viewer, deps);
  });
}

/** 202, or 200 where it was accepted before, or is over. */
async function accept(
  request: WorkflowRequest,
  viewer: Viewer,
  reply: FastifyReply,
  deps: ServerDeps,
): Promise<Workflow> {
  const { workflow, isNew } = await deps.workflows.submit(request, viewer);
  reply.code(isNew ? 202 : 200).header("location", `${WORKFLOWS_PATH}/${workflow.id}`);
  if (request.wait !== true) return workflow;
  const ended = await untilOver(workflow.id, viewer, clientSignal(reply), deps);
  // A server that stops has it go on after the next start.
  reply.code(ended.state === "running" ? 202 : 200);
  return ended;
}

function waitedFor(
  { params: { id }, caller }: FastifyRequest<WorkflowRoute>,
  enough: AbortSignal,
  deps: ServerDeps,
): Promise<Workflow> {
  return untilOver(id, viewerOf(caller), enough, deps);
}

/** The workflow, once it is over, or the signal aborts, or the server is asked to stop. */
async function untilOver(
  id: string,
  viewer: Viewer,
  enough: AbortSignal,
  deps: ServerDeps,
): Promise<Workflow> {
  using scope = scopedSignal(enough, deps.ending);
  const { signal } = scope;
  for (;;) {
    const changed = deps.workflows.changed(id, signal);
    const workflow = await requireWorkflow(id, viewer, deps);
    if (workflow.state !== "running" || signal.aborted) return workflow;
    await changed;
  }
}
