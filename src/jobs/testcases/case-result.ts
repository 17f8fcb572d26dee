import type { StageResult } from "../../api/stage-result.ts";
import type { Diff, TestcaseResult, Verdict } from "../../api/testcases-result.ts";
import { toCrankcaseError } from "../../errors/crankcase-error.ts";
import { errorTable } from "../../errors/error-table.ts";
import { scoreOf } from "../../judge/testcases-result.ts";
import { textHead } from "../../judge/text-head.ts";
import { RuntimeChanged } from "../runtime-changed.ts";
import { NotCompiledAgain } from "./open-program.ts";
import type { ResolvedCase } from "./resolved-testcases.ts";

/** What a judge made of one run. */
export interface JudgedRun {
  readonly verdict: Verdict;
  readonly share: number;
  readonly message: string | null;
  readonly diff?: Diff | null;
  readonly stage: StageResult;
  /** What is shown of both streams, and whether more was written. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly isCut: boolean;
}

/** The answer for a case that ran. */
export function caseResult({ index, name, weight }: ResolvedCase, run: JudgedRun): TestcaseResult {
  const { verdict, share, message, diff = null, stage } = run;
  const [stdout, stderr] = [textHead(run.stdout), textHead(run.stderr)];
  const { exit_code, signal, cause, wall_time_ms, cpu_time_ms, memory_bytes } = stage;
  return {
    ...{ index, name, verdict, weight, score: scoreOf(weight, share), message },
    ...{ exit_code, signal, cause, wall_time_ms, cpu_time_ms, memory_bytes },
    ...{ stdout: stdout.text, stderr: stderr.text },
    is_cut: run.isCut || stdout.isCut || stderr.isCut,
    diff,
  };
}

/** The answer for a case that came to no end: IE where that is our failure. */
export function failedCase({ index, name, weight }: ResolvedCase, thrown: unknown): TestcaseResult {
  return {
    ...{ index, name, verdict: failureVerdict(thrown), weight, score: 0 },
    message: failureMessage(thrown),
    ...{ exit_code: null, signal: null, cause: null, wall_time_ms: 0, cpu_time_ms: 0, memory_bytes: 0 },
    ...{ stdout: "", stderr: "", is_cut: false, diff: null },
  };
}

function failureVerdict(thrown: unknown): Verdict {
  if (!(thrown instanceof NotCompiledAgain)) return "IE";
  return thrown.role === "program" ? "CE" : "CHK";
}

/** Of a failure of ours no more than what the table says. */
function failureMessage(thrown: unknown): string {
  if (thrown instanceof RuntimeChanged || thrown instanceof NotCompiledAgain) return thrown.message;
  const error = toCrankcaseError(thrown);
  return error.fault === "caller" ? error.message : errorTable[error.code].meaning;
}
