import type { StageResult } from "../api/stage-result.ts";
import type { TestcaseResult } from "../api/testcases-result.ts";
import type { Stage, TerminalSize } from "../jail/jail.ts";

/** One of a job's stages. */
export type StageName = "compile" | "run";

/** What the run stage of a job that is talked to reads: what is written to it, or a terminal. */
export type JobInput = "stream" | TerminalSize;

/** What a follower can do with a stage that runs. Input is for the run stage of a job with a JobInput alone. */
export type StageControls = Pick<Stage, "write" | "endInput" | "signal" | "resize" | "room">;

/**
 * Hears of a job while it runs, in this order: its runtime, then for each stage its start, its output and its end. A
 * promise of `output` holds the program back until it settles; the others hold back what comes next. The result of a job
 * that is followed has no output, which went to the follower, unless that one says otherwise.
 */
export interface JobFollower {
  /** The result is to have the output all the same. */
  readonly isBystander?: boolean;
  runtimeResolved(runtime: { readonly language: string; readonly version: string }): void | Promise<void>;
  /** A start is noted: from now on the job has run, whatever becomes of it. Of a job with cases it hears so for each program. */
  begun?(): void;
  stageStarted(stage: StageName, controls: StageControls): void;
  output(stage: StageName, stream: "stdout" | "stderr", chunk: Buffer): void | Promise<void>;
  stageEnded(stage: StageName, result: StageResult): void | Promise<void>;
  /** Of a job with cases, in the order in which they end; of its stages it hears of the compile alone. */
  caseEnded?(result: TestcaseResult): void | Promise<void>;
}

/** Whether the result of a job is to have its output: it went to nobody else. */
export function resultHasOutput(follower: JobFollower | undefined): boolean {
  return follower === undefined || follower.isBystander === true;
}
