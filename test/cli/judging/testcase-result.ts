import type { TestcaseResult } from "../../../src/api/testcases-result.ts";

/** A case that was passed, or with other fields as given. */
export function testcaseResult(fields: Partial<TestcaseResult> = {}): TestcaseResult {
  return {
    index: 0,
    name: "1",
    verdict: "AC",
    weight: 1,
    score: fields.verdict === undefined || fields.verdict === "AC" ? (fields.weight ?? 1) : 0,
    message: null,
    exit_code: 0,
    signal: null,
    cause: "exited",
    wall_time_ms: 20.4,
    cpu_time_ms: 12.4,
    memory_bytes: 3_400_000,
    stdout: "",
    stderr: "",
    is_cut: false,
    diff: null,
    ...fields,
  };
}
