import { expect, test } from "vitest";
import type { JobRequest } from "../../../src/api/job-request.ts";
import type { Testcase } from "../../../src/api/testcases-request.ts";
import type { Verdict } from "../../../src/api/testcases-result.ts";
import type { CaseBatch } from "../../../src/cli/cases/case-batches.ts";
import type { EndedJob, JobEvent } from "../../../src/cli/job/job-event.ts";
import { judgeBatches } from "../../../src/cli/judging/judge-batches.ts";
import { CrankcaseError } from "../../../src/errors/crankcase-error.ts";
import { testcaseResult } from "./testcase-result.ts";

const JOB: JobRequest = { language: "python", files: [{ content: "" }] };

/** A server that takes at most so many cases in a job, and finds what each case's `stdin` says. */
function server(most: number) {
  const jobs: string[][] = [];
  async function* run({ testcases = [] }: JobRequest): AsyncGenerator<JobEvent> {
    if (testcases.length > most) throw new CrankcaseError("body_too_large", "too large");
    jobs.push(testcases.map(({ name = "" }) => name));
    const verdicts = testcases.map(({ stdin = "" }) => stdin as Verdict);
    for (const [index, verdict] of verdicts.entries()) {
      yield { event: "case", ...testcaseResult({ index, name: testcases[index]?.name ?? "", verdict }) };
    }
    const verdict = verdicts.find((it) => it !== "AC") ?? "AC";
    const result = { score: 0, max_score: 0, cases: [], not_run: 0, verdict };
    yield { event: "result", testcases: result } as unknown as { event: "result" } & EndedJob;
  }
  return { jobs, run };
}

async function* batches(...sizes: readonly (readonly Verdict[])[]): AsyncGenerator<CaseBatch> {
  let first = 0;
  for (const verdicts of sizes) {
    const testcases = verdicts.map((stdin, index): Testcase => ({ name: String(first + index), stdin }));
    yield { first, testcases };
    first += verdicts.length;
  }
}

test("a checker that does not compile is told once", async () => {
  const unjudged = { verdict: "CHK", message: "error: no", score: 0, max_score: 0, cases: [], not_run: 1 };
  let jobs = 0;
  async function* run(): AsyncGenerator<JobEvent> {
    jobs += 1;
    yield { event: "result", testcases: unjudged } as unknown as { event: "result" } & EndedJob;
  }
  await Array.fromAsync(judgeBatches(batches(["AC"], ["AC"]), JOB, run));
  expect(jobs).toBe(1);
});

async function judged(cases: AsyncIterable<CaseBatch>, job: JobRequest, most = 100) {
  const { jobs, run } = server(most);
  const indexes: number[] = [];
  for await (const event of judgeBatches(cases, job, run)) {
    if (event.event === "case") indexes.push(event.index);
  }
  return { jobs, indexes };
}

test("cases of several jobs have their places among all", async () => {
  expect(await judged(batches(["AC", "WA"], ["AC"]), JOB)).toEqual({
    jobs: [["0", "1"], ["2"]],
    indexes: [0, 1, 2],
  });
});

test("a batch that is too large for the server is halved until it fits", async () => {
  const { jobs, indexes } = await judged(batches(["AC", "AC", "AC", "AC", "AC"], ["AC"]), JOB, 2);
  expect(jobs).toEqual([["0", "1"], ["2"], ["3", "4"], ["5"]]);
  expect(indexes).toEqual([0, 1, 2, 3, 4, 5]);
});

test("a case that is too large alone is named", async () => {
  await expect(judged(batches(["AC"]), JOB, 0)).rejects.toThrow(/The case 0 is, .*body_limit_bytes/);
});

test("after a failure nothing is sent where the job stops at the first; else all is", async () => {
  const cases = () => batches(["AC", "WA"], ["AC"]);
  expect((await judged(cases(), { ...JOB, stop_at_first_failure: true })).jobs).toHaveLength(1);
  expect((await judged(cases(), JOB)).jobs).toHaveLength(2);
});

test("what does not compile is not sent again with the next cases", async () => {
  expect((await judged(batches(["CE"], ["CE"]), JOB)).jobs).toHaveLength(1);
});
