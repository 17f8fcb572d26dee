import type { StageResult } from "../api/stage-result.ts";
import type { StageCause, StageReport } from "../jail/jail.ts";
import { toMicroseconds } from "./job-clock.ts";
import { base64Output, type OutputChunk, utf8Output } from "./output.ts";

/** Names of the causes in the API. */
const CAUSES: Readonly<Record<StageCause, StageResult["cause"]>> = {
  exited: "exited",
  signaled: "signaled",
  "wall-time": "wall_time",
  "cpu-time": "cpu_time",
  memory: "memory",
  stdout: "stdout",
  stderr: "stderr",
};

/** What is said of a stage that a limit ended. */
const LIMIT_MESSAGES: Readonly<Partial<Record<StageCause, string>>> = {
  "wall-time": "wall time limit exceeded",
  "cpu-time": "CPU time limit exceeded",
  memory: "memory limit exceeded",
  stdout: "stdout limit exceeded",
  stderr: "stderr limit exceeded",
};

/** Ends a program for a system call that the kernel or a filter does not let it make (signal(7), seccomp(2)). */
const SYSTEM_CALL_SIGNAL = "SIGSYS";

/** What a limit kills with. */
const LIMIT_SIGNAL = "SIGKILL";

/** Tells the user what became of a stage; pure. */
export function stageResult(
  report: StageReport,
  chunks: readonly OutputChunk[],
  encoding: "utf8" | "base64",
): StageResult {
  const { cause } = report;
  const isLimit = cause !== "exited" && cause !== "signaled";
  const cut = cause === "stdout" || cause === "stderr" ? cause : null;
  return {
    ...(encoding === "base64" ? base64Output(chunks) : utf8Output(chunks, cut)),
    exit_code: cause === "exited" ? report.exitCode : null,
    signal: isLimit ? LIMIT_SIGNAL : report.signal,
    cause: cause === "signaled" && report.signal === SYSTEM_CALL_SIGNAL ? "system_call" : CAUSES[cause],
    message: messageOf(report),
    wall_time_ms: toMicroseconds(report.wallTimeMs),
    cpu_time_ms: toMicroseconds(report.cpuTimeMs),
    memory_bytes: report.memoryBytes,
    truncated: { stdout: cause === "stdout", stderr: cause === "stderr" },
    process_limit_hit: report.processLimitHit,
  };
}

/** Whether a stage did what it should, so that the next one may start. */
export function succeeded(result: StageResult): boolean {
  return result.cause === "exited" && result.exit_code === 0;
}

function messageOf(report: StageReport): string | null {
  const limit = LIMIT_MESSAGES[report.cause];
  if (limit !== undefined) return limit;
  if (report.cause === "exited" && report.exitCode === 0) return null;
  const end =
    report.cause === "exited" ? `exited with status ${report.exitCode}` : `died of ${report.signal}`;
  return report.processLimitHit ? `${end}; the process limit refused a fork` : end;
}
