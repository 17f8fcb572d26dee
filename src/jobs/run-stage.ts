import type { StageResult } from "../api/stage-result.ts";
import type { JobJail, OnOutput, StageReport, StageRequest } from "../jail/jail.ts";
import type { JobContext } from "./job-context.ts";
import { resultHasOutput, type StageName } from "./job-follower.ts";
import { stageResult } from "./outcome.ts";
import { collectOutput, type OutputChunk } from "./output.ts";

/** A stage that is over; its follower has not been told so yet. */
export interface EndedStage {
  readonly report: StageReport;
  /** All that it wrote. */
  readonly chunks: readonly OutputChunk[];
  /** What its user is told: without output where that went to a follower. */
  readonly result: StageResult;
}

/** Runs an admitted stage; its time begins now. Rejects like its report. */
export async function runStage(
  stage: StageName,
  { job, call: { follower, beforeStart }, clock, noteStart }: JobContext,
  jail: JobJail,
  request: StageRequest,
): Promise<EndedStage> {
  const { chunks, onOutput } = collectOutput();
  // What is followed can be long: only of a compile is it kept besides, for those that are equal.
  const isTold = resultHasOutput(follower);
  const isKept = isTold || stage === "compile";
  const listen: OnOutput = (stream, chunk) => {
    if (isKept) void onOutput(stream, chunk);
    return follower?.output(stage, stream, chunk);
  };
  if (beforeStart !== undefined) await beforeStart();
  const report = await clock.measure(stage, () => {
    noteStart(jail);
    const running = jail.startStage(request, listen);
    follower?.stageStarted(stage, running);
    return running.report;
  });
  return { report, chunks, result: stageResult(report, isTold ? chunks : [], job.outputEncoding) };
}
