import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobResult } from "../../src/api/job-result.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { loadSolutions, type Solution } from "./load-problem.ts";

const solutions = await loadSolutions();

let serving: Serving;
beforeAll(async () => {
  serving = await startServing();
});
afterAll(() => serving[Symbol.asyncDispose]());

async function judged({ request }: Solution): Promise<JobResult> {
  const response = await fetch(`${serving.url}/api/crankcase/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as JobResult;
}

test.each(solutions)("$title gets the verdicts that it is to get", async (solution) => {
  const { testcases } = await judged(solution);
  const { verdict, cases, score } = solution.expected;
  const first = cases.find((each) => each !== "AC") ?? "AC";
  expect({
    verdict: testcases?.verdict,
    cases: testcases?.cases.map((each) => each.verdict),
    score: testcases?.score,
  }).toEqual({ verdict: verdict ?? first, cases, score });
});
