import type { FastifyReply } from "fastify";
import type { Workflow, WorkflowStepState } from "../api/workflow.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Viewer } from "../queue/viewer.ts";
import { stopping } from "../slots/slots.ts";
import { type EventFormat, type SendEvent, sendEvents } from "./event-stream.ts";
import { nativeErrorBody } from "./native-words.ts";
import { scopedSignal } from "./scoped-signal.ts";
import type { ServerDeps } from "./server-deps.ts";

/** One workflow, and who wants to hear of it. */
export interface FollowedWorkflow {
  readonly id: string;
  readonly viewer: Viewer;
}

/** The workflow. Rejects with `not_found` where there is none that the viewer may see. */
export async function requireWorkflow(
  id: string,
  viewer: Viewer,
  { workflows }: Pick<ServerDeps, "workflows">,
): Promise<Workflow> {
  const found = await workflows.find(id, viewer);
  if (found !== null) return found;
  throw new CrankcaseError("not_found", "There is no workflow with this id, or it has expired");
}

type TellDeps = Pick<ServerDeps, "workflows" | "ending">;

/** Answers with what happens to a workflow, as `tellWorkflow` does. */
export function streamWorkflow(
  reply: FastifyReply,
  format: EventFormat,
  followed: FollowedWorkflow,
  deps: ServerDeps,
): Promise<FastifyReply> {
  const { log, ending } = deps;
  return sendEvents(
    reply,
    format,
    (send, hungUp) => tellWorkflow(followed, send, AbortSignal.any([hungUp, ending]), deps),
    { log, errorBody: nativeErrorBody },
  );
}

/**
 * Tells what happens to a workflow: `state` at first and when it is over, and `step` for each step and each of its jobs that
 * stands elsewhere than was told. Who is slow hears of the latest only. Resolves with where it stands in the end. Rejects with
 * `not_found`, or the signal's reason.
 */
async function tellWorkflow(
  { id, viewer }: FollowedWorkflow,
  send: SendEvent,
  signal: AbortSignal,
  deps: TellDeps,
): Promise<Workflow> {
  using scope = scopedSignal(signal);
  const told = new Map<string, string>();
  for (;;) {
    const changed = deps.workflows.changed(id, scope.signal);
    const workflow = await requireWorkflow(id, viewer, deps);
    const { steps = [], ...state } = workflow;
    const before = told.get("");
    if (before === undefined) await send("state", state);
    for (const step of steps) await tellStep(step, told, send);
    if (before !== undefined && before !== state.state) await send("state", state);
    told.set("", state.state);
    if (state.state !== "running") return workflow;
    if (deps.ending.aborted) throw stopping();
    signal.throwIfAborted();
    await changed;
  }
}

/** Its jobs before itself: what is over is told after what it was made of. */
async function tellStep(step: WorkflowStepState, told: Map<string, string>, send: SendEvent): Promise<void> {
  const { name, items, state, for_each, started_at, finished_at, error } = step;
  for (const [index, item] of items.entries()) {
    const standing = `${item.state} ${item.tries}`;
    const key = `${name} ${index}`;
    if (item.state === "waiting" && item.tries === 0) continue;
    if (told.get(key) !== standing) await send("step", { step: name, index, ...item });
    told.set(key, standing);
  }
  if (state === "waiting" || told.get(name) === state) return;
  told.set(name, state);
  const jobs = items.length;
  const failure = error === undefined ? {} : { error };
  await send("step", { step: name, index: null, state, for_each, jobs, started_at, finished_at, ...failure });
}
