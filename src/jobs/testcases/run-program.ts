import type { StageResult } from "../../api/stage-result.ts";
import { stageResult } from "../outcome.ts";
import { runRequest } from "../stage-request.ts";
import { type CapturedOutput, captureOutput, type KeptBytes } from "./captured-output.ts";
import type { OpenProgram } from "./open-program.ts";

/** A run stage that is over. */
export interface RanProgram {
  /** Without output. */
  readonly stage: StageResult;
  readonly output: CapturedOutput;
}

/** Runs a program in its jail, admitted like any run stage. Rejects like a stage's report. */
export async function runProgram({ context, jail }: OpenProgram, kept: KeptBytes): Promise<RanProgram> {
  const { job, deps, call, clock, noteStart } = context;
  const output = captureOutput(kept);
  await using _admission = await clock.measure("queue", () => deps.slots.admit("run", call.signal));
  if (call.beforeStart !== undefined) await call.beforeStart();
  const report = await clock.measure("run", () => {
    noteStart(jail);
    return jail.startStage(runRequest(job), output.take).report;
  });
  return { stage: stageResult(report, [], "utf8"), output };
}
