import type { JobResult } from "../../api/job-result.ts";
import type { StageResult } from "../../api/stage-result.ts";

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
  /** Ours, as the native API has them. */
  readonly cause: StageResult["cause"];
  readonly truncated: StageResult["truncated"];
  readonly process_limit_hit: boolean;
}

/** The answer to Piston's execute. */
export interface PistonAnswer {
  readonly language: string;
  readonly version: string;
  readonly run: PistonStage;
  readonly compile?: PistonStage;
  /** Ours, as the native API has them. */
  readonly id: string;
  readonly limits: JobResult["limits"];
  readonly timings: JobResult["timings"];
}

const STATUSES: Readonly<Record<Exclude<StageResult["cause"], "exited">, PistonStatus>> = {
  wall_time: "TO",
  cpu_time: "TO",
  stdout: "OL",
  stderr: "EL",
  memory: "SG",
  signaled: "SG",
  system_call: "SG",
};

/**
 * Tells a result as Piston does; pure. After a failed compile, run is a copy of it. Behind Piston's own keys come ours, which
 * its clients do not look at.
 */
export function toPistonAnswer(result: JobResult): PistonAnswer {
  const { id, language, version, compile, run, limits, timings } = result;
  const last = run ?? compile;
  if (last === undefined) throw new TypeError("a job without any stage");
  return {
    ...{ language, version, run: pistonStage(last) },
    ...(compile === undefined ? {} : { compile: pistonStage(compile) }),
    ...{ id, limits, timings },
  };
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
    cause: result.cause,
    truncated: result.truncated,
    process_limit_hit: result.process_limit_hit,
  };
}

function statusOf({ cause, exit_code: exitCode }: StageResult): PistonStatus | null {
  if (cause !== "exited") return STATUSES[cause];
  return exitCode === 0 ? null : "RE";
}
