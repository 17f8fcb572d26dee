import type { JobRequest } from "../api/job-request.ts";
import type { JobInput } from "../jobs/job-follower.ts";

/** A job that this worker was given, as TAKE_JOB answers. */
export interface TakenJob {
  readonly id: string;
  /** Which time it was taken: nobody else's word about it counts any more. */
  readonly fence: string;
  readonly request: JobRequest;
  readonly client: string;
  /** Starts that were ended or given up. */
  readonly starts: number;
  readonly retry: number;
  readonly setbacks: number;
  /** The api node that waits for it; null where nobody does. */
  readonly node: string | null;
  /** Its output goes to that node as it comes. */
  readonly isFollowed: boolean;
  readonly input: JobInput | null;
  readonly isCancelled: boolean;
  readonly hasCallback: boolean;
  /** When a worker that died had begun it, a start that is counted already; null where none had. */
  readonly lostAt: number | null;
}

/** Reads an answer of TAKE_JOB that begins with `taken`. */
export function takenJob(answer: readonly string[], fence: string): TakenJob {
  const [
    ,
    id = "",
    request = "",
    starts,
    retry,
    node = "",
    follow,
    input = "",
    cancel,
    setbacks,
    callback,
    client = "",
    lost,
  ] = answer;
  return {
    ...{ id, fence, client },
    request: JSON.parse(request) as JobRequest,
    starts: Number(starts),
    retry: Number(retry),
    setbacks: Number(setbacks || 0),
    node: node === "" ? null : node,
    isFollowed: follow !== "",
    input: input === "" ? null : (JSON.parse(input) as JobInput),
    isCancelled: cancel !== "",
    hasCallback: callback !== "",
    lostAt: lost === undefined || lost === "" ? null : Number(lost),
  };
}
