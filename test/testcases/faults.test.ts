import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { JobRequest } from "../../src/api/job-request.ts";
import { startServing } from "../cli/serving.ts";
import { expectCensus, takeQuietCensus } from "../support/expect-census.ts";
import { until } from "../support/until.ts";
import { judged, send, verdicts } from "./judge.ts";

function bash(content: string, rest: Partial<JobRequest>): JobRequest {
  return { language: "bash", files: [{ content }], ...rest };
}

const running = async (url: string): Promise<{ readonly running: number; readonly waiting: number }> =>
  (await (await fetch(`${url}/healthz`)).json()) as { running: number; waiting: number };

test("a caller that leaves takes all of its cases away, and nothing is left of them", async () => {
  await using serving = await startServing({ ready_jails: 0 });
  const { place } = serving;
  const jailer = { place, pid: serving.child("jailer") };
  await judged(serving, bash("echo", { testcases: [{}] }));
  const before = await takeQuietCensus(jailer);
  const interactor = { language: "bash", files: [{ content: "sleep 60" }] };
  const testcases = Array.from({ length: 8 }, () => ({}));
  for (const judging of [{}, { interactor }]) {
    const leaving = new AbortController();
    const answer = send(serving, bash("sleep 60", { ...judging, testcases }), { signal: leaving.signal });
    await until("cases run", async () => (await serving.runnerProcesses()) >= 2);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await until("no slot is held", async () => (await running(serving.url)).running === 0);
    await expectCensus(jailer, before);
  }
  expect(await running(serving.url)).toMatchObject({ running: 0, waiting: 0 });
});

test("a jailer that dies ends the cases that run as IE, and the job all the same", async () => {
  await using serving = await startServing({ ready_jails: 0, slots: 2 });
  const answer = judged(
    serving,
    bash("sleep 2; echo fine", {
      testcases: Array.from({ length: 3 }, () => ({ expected: "fine" })),
    }),
  );
  await until("cases run", async () => (await serving.runnerProcesses()) >= 2);
  process.kill(serving.child("jailer"), "SIGKILL");
  const { testcases } = await answer;
  expect(testcases).toMatchObject({ verdict: "IE", max_score: 3, not_run: 0 });
  expect(testcases.cases[0]).toMatchObject({ verdict: "IE", cause: null, exit_code: null, score: 0 });
  expect(testcases.cases[0]?.message).toContain("jailer");
  expect(serving.log.join("\n")).toContain("a case failed of ours");
  await until("it serves again", async () => {
    const after = await send(serving, bash("echo fine", { testcases: [{ expected: "fine" }] }));
    return after.status === 200 && JSON.stringify(await after.json()).includes('"AC"');
  });
});

test("a job that was let in is not refused in its middle, however many others wait", async () => {
  await using serving = await startServing({ slots: 1, queue_bound: 1 });
  const mine = judged(
    serving,
    bash("sleep 0.3; echo fine", { testcases: Array.from({ length: 4 }, () => ({ expected: "fine" })) }),
  );
  await until("it runs", async () => (await running(serving.url)).running === 1);
  const others = Array.from({ length: 6 }, async () => {
    await sleep(200);
    return (await send(serving, bash("echo", {}))).status;
  });
  expect(verdicts((await mine).testcases)).toEqual(["AC", "AC", "AC", "AC"]);
  expect(await Promise.all(others)).toContain(503);
});

test("pairs take turns where there are slots for one alone, beside jobs that need one each", async () => {
  await using serving = await startServing({ slots: 3 });
  const interactor = { language: "bash", files: [{ content: 'echo go; read -r line; [ "$line" = gone ]' }] };
  const pairs = bash("read -r line; sleep 0.1; echo gone", { interactor, testcases: [{}, {}, {}, {}] });
  const plain = bash("sleep 0.1", { testcases: [{}, {}, {}, {}, {}, {}] });
  const answers = await Promise.all([pairs, plain, pairs, plain].map((job) => judged(serving, job)));
  for (const { testcases } of answers) expect(testcases.verdict).toBe("AC");
});

test("an interactor needs two slots", async () => {
  await using serving = await startServing({ slots: 1 });
  const interactor = { language: "bash", files: [{ content: "true" }] };
  const answer = await send(serving, bash("true", { interactor, testcases: [{}] }));
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: "invalid_request", field: "interactor" });
});
