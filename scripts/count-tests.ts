/** The part of Vitest's JSON report that is counted. */
export interface TestReport {
  readonly testResults: readonly TestFileReport[];
}

interface TestFileReport {
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

/** How many tests ended which way. */
export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the tests of a report. A file that failed before its first test, or outside of them, counts as one failure. */
export function countTests({ testResults }: TestReport): TestCount {
  const tests = testResults.flatMap((file) => file.assertionResults);
  const withStatus = (status: string) => tests.filter((test) => test.status === status).length;
  const passed = withStatus("passed");
  const failed = withStatus("failed");
  const brokenFiles = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  ).length;
  return { passed, failed: failed + brokenFiles, skipped: tests.length - passed - failed };
}
