import type { FastifyReply } from "fastify";
import { isOver, type QueuedJob } from "../api/queued-job.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { type ErrorCode, errorTable } from "../errors/error-table.ts";
import type { ToListener } from "../queue/queued-jobs-deps.ts";
import type { Viewer } from "../queue/viewer.ts";
import { stopping } from "../slots/slots.ts";
import { type EventFormat, type SendEvent, sendEvents } from "./event-stream.ts";
import { tellingFollower } from "./job-stream.ts";
import { NATIVE_WORDS, nativeErrorBody } from "./native-words.ts";
import { scopedSignal } from "./scoped-signal.ts";
import type { ServerDeps } from "./server-deps.ts";

/** One job, and who wants to hear of it. */
export interface FollowedJob {
  readonly id: string;
  readonly viewer: Viewer;
}

/** The job. Rejects with `not_found` where there is none that the viewer may see. */
export async function requireJob(
  id: string,
  viewer: Viewer,
  { queued }: Pick<ServerDeps, "queued">,
): Promise<QueuedJob> {
  const [job] = await queued.find([id], viewer);
  if (job !== undefined) return job;
  throw new CrankcaseError("not_found", "There is no job with this id, or it has expired");
}

/** Answers with what happens to a job, as `tellQueuedJob` does. */
export function streamQueuedJob(
  reply: FastifyReply,
  format: EventFormat,
  followed: FollowedJob,
  deps: ServerDeps,
): Promise<FastifyReply> {
  const { log, ending } = deps;
  return sendEvents(
    reply,
    format,
    (send, hungUp) => tellQueuedJob(followed, send, AbortSignal.any([hungUp, ending]), deps),
    { log, errorBody: nativeErrorBody },
  );
}

/**
 * Tells what happens to a job: `state` now and whenever it changes, and while it runs what a streamed job tells, from its
 * start on. Resolves with its result, without the output where that was told. Rejects with what it failed of, `not_found`, or the
 * signal's reason.
 */
export async function tellQueuedJob(
  { id, viewer }: FollowedJob,
  send: SendEvent,
  signal: AbortSignal,
  deps: Pick<ServerDeps, "queued" | "ending">,
): Promise<object> {
  const toListener: ToListener = (encoding) => tellingFollower(send, NATIVE_WORDS, encoding);
  using scope = scopedSignal(signal);
  let told = "";
  let isHeard = false;
  for (;;) {
    const changed = deps.queued.changed(id, scope.signal);
    const { result, error, ...state } = await requireJob(id, viewer, deps);
    if (told !== `${state.state} ${state.starts}`) await send("state", state);
    told = `${state.state} ${state.starts}`;
    if (isOver(state.state)) {
      if (result === undefined) throw failureOf(state.state, error);
      return isHeard ? NATIVE_WORDS.job(result) : result;
    }
    requireGoingOn(signal, deps);
    isHeard = state.state === "running";
    if (isHeard) await deps.queued.tell(id, toListener, signal);
    else await changed;
  }
}

function requireGoingOn(signal: AbortSignal, { ending }: Pick<ServerDeps, "ending">): void {
  if (ending.aborted) throw stopping();
  signal.throwIfAborted();
}

function failureOf(state: QueuedJob["state"], error: QueuedJob["error"]): CrankcaseError {
  if (error === undefined) return new CrankcaseError("cancelled", `The job was ${state}.`);
  const code = error.code in errorTable ? (error.code as ErrorCode) : "internal";
  return new CrankcaseError(code, error.message, error.field === undefined ? {} : { field: error.field });
}
