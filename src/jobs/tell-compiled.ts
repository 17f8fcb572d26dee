import type { StageResult } from "../api/stage-result.ts";
import type { Compiled } from "../compiled/compiled.ts";
import type { StageReport } from "../jail/jail.ts";
import type { JobContext } from "./job-context.ts";
import { resultHasOutput, type StageControls } from "./job-follower.ts";
import { stageResult } from "./outcome.ts";

/** A compile that took nothing: it was done before. */
const DONE_BEFORE: Omit<StageReport, "stdoutBytes" | "stderrBytes"> = {
  ...{ cause: "exited", exitCode: 0, signal: null },
  ...{ wallTimeMs: 0, cpuTimeMs: 0, memoryBytes: 0, processLimitHit: false },
};

/** Nothing runs that could be talked to. */
const NOBODY: StageControls = {
  room: undefined,
  write: () => Promise.resolve(),
  endInput: () => undefined,
  signal: () => undefined,
  resize: () => undefined,
};

/** Tells a job's follower, and gives for its result, what an equal compile wrote. */
export async function tellCompiled(
  { output }: Compiled,
  { job, call: { follower } }: Pick<JobContext, "job" | "call">,
): Promise<StageResult> {
  const told = resultHasOutput(follower) ? output : [];
  const report = { ...DONE_BEFORE, stdoutBytes: 0, stderrBytes: 0 };
  const result = { ...stageResult(report, told, job.outputEncoding), cached: true };
  follower?.stageStarted("compile", NOBODY);
  for (const { stream, data } of output) await follower?.output("compile", stream, data);
  await follower?.stageEnded("compile", result);
  return result;
}
