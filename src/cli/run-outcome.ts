import type { JobResult, StageResult } from "../api/job-result.ts";
import { OWN_FAILURE, signalExitCode } from "./exit-codes.ts";

/** Bytes for the two streams of the terminal, and the exit code. */
export interface RunOutcome {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

/**
 * What `crankcase run` shows of a result whose output is base64; pure. What the compiler says goes to stderr, as does
 * our own word on a limit or a failed compile; the exit code is that of the last stage, 128 and more for signals.
 */
export function runOutcome({ compile, run }: JobResult): RunOutcome {
  const compiler = compile === undefined ? [] : [bytes(compile.output)];
  const last = run ?? compile;
  if (last === undefined) return { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), exitCode: OWN_FAILURE };
  const program = run === undefined ? [] : [bytes(run.stderr)];
  return {
    stdout: run === undefined ? Buffer.alloc(0) : bytes(run.stdout),
    stderr: Buffer.concat([...compiler, ...program, ownWord(last, run === undefined ? "compile" : "run")]),
    exitCode: stageExitCode(last),
  };
}

/** The exit code that tells of a stage. */
export function stageExitCode(result: StageResult): number {
  return result.exit_code ?? signalExitCode(result.signal ?? "SIGKILL");
}

/** A program that exited by itself has said what it wanted to say; a compiler has not said that nothing ran. */
function ownWord(result: StageResult, stage: "compile" | "run"): Buffer {
  if (result.cause !== "exited") return Buffer.from(`crankcase: ${stage}: ${result.message}\n`);
  return Buffer.from(stage === "compile" ? "crankcase: compile failed\n" : "");
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}
