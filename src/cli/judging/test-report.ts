import type { JobResult } from "../../api/job-result.ts";
import type { TestcaseResult, TestcasesResult } from "../../api/testcases-result.ts";
import type { EndedJob, EndedStage } from "../job/job-event.ts";

/** What a compiler wrote. */
export interface CompileText {
  readonly stdout: string;
  readonly stderr: string;
}

/** What became of all cases, over all jobs that they took; `--json` prints it. */
export interface TestReport extends TestcasesResult {
  /** Empty where nothing ran. */
  readonly language: string;
  readonly version: string;
  /** Ids of the jobs. */
  readonly jobs: readonly string[];
  /** How long the program is in coming, for a language that has that; else null. */
  readonly compile: (EndedStage & CompileText) | null;
  /** Limits of the run stage as they were in force; null where nothing ran. */
  readonly limits: JobResult["limits"]["run"] | null;
}

/** Puts together what jobs ended with, and the cases that came before; `total` is how many cases there are, with their weight. Pure. */
export function testReport(
  ends: readonly EndedJob[],
  found: readonly TestcaseResult[],
  compileText: CompileText,
  total: { readonly count: number; readonly weight: number },
): TestReport {
  const cases = found.toSorted((a, b) => a.index - b.index);
  const [first] = ends;
  const failed = ends
    .map(({ testcases }) => testcases?.verdict)
    .find((it) => it !== undefined && it !== "AC");
  const compile = first?.compile === undefined ? null : { ...first.compile, ...compileText };
  return {
    language: first?.language ?? "",
    version: first?.version ?? "",
    jobs: ends.map(({ id }) => id),
    verdict: failed ?? "AC",
    score: cases.reduce((sum, { score }) => sum + score, 0),
    max_score: total.weight,
    not_run: total.count - cases.length,
    message: ends.map(({ testcases }) => testcases?.message ?? null).find((it) => it !== null) ?? null,
    compile,
    limits: first?.limits.run ?? null,
    cases,
  };
}
