import type { TestcaseResult, TestcasesResult, Verdict } from "../api/testcases-result.ts";

/** Sums of decimals such as 0.1 are not to end in 0000000000004. */
const PLACES = 1e6;

/** What a case gets of its weight. */
export function scoreOf(weight: number, share: number): number {
  return rounded(weight * share);
}

/** The answer for all cases: of `weights`, all of them, and those that ran, in any order. */
export function testcasesResult(weights: readonly number[], ran: readonly TestcaseResult[]): TestcasesResult {
  const cases = ran.toSorted((a, b) => a.index - b.index);
  return {
    verdict: cases.find(({ verdict }) => verdict !== "AC")?.verdict ?? "AC",
    score: rounded(cases.reduce((sum, { score }) => sum + score, 0)),
    max_score: rounded(weights.reduce((sum, weight) => sum + weight, 0)),
    message: null,
    cases,
    not_run: weights.length - cases.length,
  };
}

/** The answer where no case ran: the program, or what was to judge it, does not compile. */
export function noneRan(
  weights: readonly number[],
  verdict: Extract<Verdict, "CE" | "CHK">,
  message: string | null,
): TestcasesResult {
  return { ...testcasesResult(weights, []), verdict, message };
}

function rounded(value: number): number {
  return Math.round(value * PLACES) / PLACES;
}
