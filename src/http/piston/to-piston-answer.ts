import type { JobResult, StageResult } from "../../api/job-result.ts";

/** Piston's word for how a stage ended. */
type PistonStatus = "TO" | "OL" | "EL" | "SG" | "RE";

/** A stage as Piston tells it: times in milliseconds, memory the peak in bytes. */
export interface PistonStage {
  readonly stdout: string;
  readonly stderr: string;
  readonly output: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly message: string | null;
  readonly status: PistonStatus | null;
  readonly cpu_time: number;
  readonly wall_time: number;
  readonly memory: number;
}

/** The answer to Piston's execute. */
export interface PistonAnswer {
  readonly language: string;
  readonly version: string;
  readonly run: PistonStage;
  readonly compile?: PistonStage;
}

const STATUSES: Readonly<Record<Exclude<StageResult["cause"], "exited">, PistonStatus>> = {
  wall_time: "TO",
  cpu_time: "TO",
  stdout: "OL",
  stderr: "EL",
  memory: "SG",
  signaled: "SG",
};

/** Tells a result as Piston does; pure. After a failed compile, run is a copy of it. */
export function toPistonAnswer({ language, version, compile, run }: JobResult): PistonAnswer {
  const last = run ?? compile;
  if (last === undefined) throw new TypeError("a job without any stage");
  const answer = { language, version, run: pistonStage(last) };
  return compile === undefined ? answer : { ...answer, compile: pistonStage(compile) };
}

/** Tells a stage as Piston does; pure. */
export function pistonStage(result: StageResult): PistonStage {
  return {
    stdout: result.stdout,
    stderr: result.stderr,
    output: result.output,
    code: result.exit_code,
    signal: result.signal,
    message: result.message,
    status: statusOf(result),
    cpu_time: Math.round(result.cpu_time_ms),
    wall_time: Math.round(result.wall_time_ms),
    memory: result.memory_bytes,
  };
}

function statusOf({ cause, exit_code: exitCode }: StageResult): PistonStatus | null {
  if (cause !== "exited") return STATUSES[cause];
  return exitCode === 0 ? null : "RE";
}
