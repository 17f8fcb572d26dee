import { expect, test } from "vitest";
import { countTests } from "../../scripts/count-tests.ts";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((testStatus) => ({ status: testStatus })),
});

test("every test is counted once, by how it ended", () => {
  const testResults = [file("failed", "passed", "failed"), file("passed", "passed", "pending", "todo")];
  expect(countTests({ testResults })).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test("a file that broke before its first test is a failure", () => {
  expect(countTests({ testResults: [file("failed")] })).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
