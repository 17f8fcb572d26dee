import { expect, test } from "vitest";
import type { JobRequest } from "../../src/api/job-request.ts";
import { resolveRequest } from "../../src/jobs/resolve-request.ts";
import { refusalOf } from "../jobs/refusal-of.ts";
import { sampleCatalogue, sampleConfig } from "../jobs/sample-runtimes.ts";

const deps = { catalogue: sampleCatalogue(), limits: sampleConfig() };
const CHECKER = { language: "python", files: [{ content: "" }] };

function resolve(request: Partial<JobRequest>) {
  const whole: JobRequest = { language: "python", files: [{ content: "" }], testcases: [{}], ...request };
  return resolveRequest("id", whole, deps).testcases;
}

const refusal = (request: Partial<JobRequest>) => refusalOf(() => resolve(request));

function named(...names: readonly string[]) {
  return names.map((name) => ({ name, content: "" }));
}

test.each<[string, Partial<JobRequest>, string, string]>([
  [
    "a case's file has the name of the job's",
    { testcases: [{}, { files: named("main.py") }] },
    "invalid_file_name",
    "testcases[1].files[0].name",
  ],
  [
    "a case's file is a folder of the job's",
    { files: named("main.py", "a/b"), testcases: [{ files: named("a") }] },
    "invalid_file_name",
    "testcases[0].files[0].name",
  ],
  [
    "a case's file lies below one of the job's",
    { testcases: [{ files: named("main.py/b") }] },
    "invalid_file_name",
    "testcases[0].files[0].name",
  ],
  [
    "a case's file leaves the folder",
    { testcases: [{ files: named("data", "../../etc/passwd") }] },
    "invalid_file_name",
    "testcases[0].files[1].name",
  ],
  [
    "a case has two files of one name",
    { testcases: [{ files: named("data", "data") }] },
    "invalid_file_name",
    "testcases[0].files[1].name",
  ],
  [
    "a case's file has no name",
    { testcases: [{ files: [{ content: "" }] }] },
    "invalid_request",
    "testcases[0].files[0].name",
  ],
  [
    "a case's input is not of its encoding",
    { testcases: [{}, {}, { stdin: "?", stdin_encoding: "hex" }] },
    "invalid_file_content",
    "testcases[2].stdin",
  ],
  [
    "what is expected is not of its encoding",
    { testcases: [{ expected: "?", expected_encoding: "base64" }] },
    "invalid_file_content",
    "testcases[0].expected",
  ],
  [
    "a case's file is not of its encoding",
    { testcases: [{ files: [{ name: "a", content: "?", encoding: "hex" }] }] },
    "invalid_file_content",
    "testcases[0].files[0].content",
  ],
  [
    "a case's limit is above the maximum",
    { testcases: [{}, { limits: { wall_time_ms: 1_000_000 } }] },
    "limit_too_high",
    "testcases[1].limits.wall_time_ms",
  ],
  [
    "a case's arguments are too long",
    { testcases: [{ args: ["x".repeat(200_000)] }] },
    "invalid_request",
    "testcases[0].args",
  ],
  [
    "a case's files do not fit beside the job's",
    {
      limits: { job: { disk_bytes: 1_048_576 } },
      files: [{ content: "x".repeat(600_000) }],
      testcases: [{ stdin: "x".repeat(600_000) }],
    },
    "submission_too_large",
    "testcases[0]",
  ],
  [
    "input and answer do not fit beside the checker",
    {
      limits: { job: { disk_bytes: 1_048_576 } },
      checker: CHECKER,
      testcases: [{ stdin: "x".repeat(600_000), expected: "x".repeat(600_000) }],
    },
    "submission_too_large",
    "testcases[0]",
  ],
  [
    "the checker's language is unknown",
    { checker: { ...CHECKER, language: "pythn" } },
    "unknown_runtime",
    "checker.language",
  ],
  [
    "the interactor's version is",
    { interactor: { ...CHECKER, version: "1" } },
    "unknown_runtime",
    "interactor.version",
  ],
  [
    "the checker's file has a name that is kept",
    { checker: { ...CHECKER, files: named("a.py", "output.txt") } },
    "invalid_file_name",
    "checker.files[1].name",
  ],
  [
    "the interactor's file is no hexadecimal",
    { interactor: { ...CHECKER, files: [{ content: "?", encoding: "hex" }] } },
    "invalid_file_content",
    "interactor.files[0].content",
  ],
  [
    "the checker's limit is above the maximum",
    { checker: { ...CHECKER, limits: { processes: 100_000 } } },
    "limit_too_high",
    "checker.limits.processes",
  ],
  [
    "the checker's language takes no flags",
    { checker: { ...CHECKER, compiler_flags: ["-O2"] } },
    "invalid_request",
    "checker.compiler_flags",
  ],
  ["files are to be sent back", { artifacts: ["*"] }, "invalid_request", "artifacts"],
  [
    "there are a comparison and a checker",
    { comparison: { mode: "exact" }, checker: CHECKER },
    "invalid_request",
    "comparison",
  ],
  [
    "there are a comparison and an interactor",
    { comparison: { mode: "exact" }, interactor: CHECKER },
    "invalid_request",
    "comparison",
  ],
])("a job is refused before anything runs where %s", (_why, request, code, field) => {
  const refused = refusal(request);
  expect(refused).toMatchObject({ code, field });
  if (code !== "unknown_runtime" && code !== "submission_too_large")
    expect(refused).toMatchObject({ message: expect.stringContaining(field) });
});

test.each(["comparison", "checker", "interactor", "stop_at_first_failure"] as const)(
  "%s needs testcases",
  (field) => {
    const all = {
      comparison: { mode: "exact" },
      checker: CHECKER,
      interactor: CHECKER,
      stop_at_first_failure: true,
    };
    const request = { language: "python", files: [{ content: "" }], [field]: all[field] } as JobRequest;
    expect(() => resolveRequest("id", request, deps)).toThrow(`${field} needs testcases`);
    expect(resolveRequest("id", { language: "python", files: [{ content: "" }] }, deps).testcases).toBeNull();
  },
);

test("a case's limits stand over the job's, and clamp as they do", () => {
  const cases = resolve({
    limit_policy: "clamp",
    limits: { run: { wall_time_ms: 1_000, open_files: 10 } },
    testcases: [{}, { limits: { wall_time_ms: 2_000 } }, { limits: { wall_time_ms: 1_000_000 } }],
  })?.cases;
  expect(cases?.map(({ limits }) => [limits.wallTimeMs, limits.openFiles])).toEqual([
    [1_000, 10],
    [2_000, 10],
    [3_000, 10],
  ]);
});

test("thousands of files are looked at once, and not for each of a thousand cases", () => {
  const files = Array.from({ length: 10_000 }, (_, index) => ({ name: `f${index}`, content: "" }));
  const testcases = Array.from({ length: 1_000 }, () => ({ files: [{ name: "data", content: "1" }] }));
  expect(resolve({ files, testcases })?.cases).toHaveLength(1_000);
});
