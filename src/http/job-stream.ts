import type { FastifyReply } from "fastify";
import type { JobResult } from "../api/job-result.ts";
import type { StageResult } from "../api/stage-result.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { JobCall } from "../jobs/job-call.ts";
import type { JobFollower } from "../jobs/job-follower.ts";
import {
  type EventFormat,
  type EventStreamOptions,
  type SendEvent,
  sendEvents,
  type TellingWork,
} from "./event-stream.ts";
import { textFollower } from "./text-follower.ts";

/** How an API words what came of a stage and of a job whose output was told already. */
export interface StreamWords {
  stage(result: StageResult): object;
  job(result: JobResult): object;
}

/** What streaming a job takes. */
export interface JobStreamOptions extends EventStreamOptions {
  readonly execute: ExecuteJob;
  readonly words: StreamWords;
}

/**
 * Runs a job and answers with its events: `runtime`, and for each stage `stage`, `output` as it comes and `exit`; of a
 * job with cases `case` for each; at the end `result`, or `error` in place of what did not come. A reader that is slow holds the program back.
 */
export function streamJob(
  reply: FastifyReply,
  format: EventFormat,
  call: Pick<JobCall, "id" | "request" | "client">,
  { execute, words, ...options }: JobStreamOptions,
): Promise<FastifyReply> {
  const run: TellingWork = async (send, signal) => {
    const follower = tellingFollower(send, words, call.request.output_encoding);
    return words.job(await execute({ ...call, signal, follower }));
  };
  return sendEvents(reply, format, run, options);
}

/** A follower that sends what it hears as events. */
export function tellingFollower(
  send: SendEvent,
  words: StreamWords,
  encoding?: "utf8" | "base64",
): JobFollower {
  return textFollower(
    {
      runtime: (runtime) => send("runtime", runtime),
      stage: (stage) => void send("stage", { stage }),
      output: (stage, stream, data) => send("output", { stage, stream, data }),
      exit: (stage, result) => send("exit", { stage, ...words.stage(result) }),
      testcase: (result) => send("case", result),
    },
    encoding,
  );
}

/** A stage without its output, which was told as it came. */
export function withoutOutput<Stage extends Pick<StageResult, "stdout" | "stderr" | "output">>(
  stage: Stage,
): Omit<Stage, "stdout" | "stderr" | "output"> {
  const { stdout: _stdout, stderr: _stderr, output: _output, ...rest } = stage;
  return rest;
}
