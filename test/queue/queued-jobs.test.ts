import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";
import { native, over, script, submitted } from "./native.ts";

const SLOW = { timeout: 120_000 };

let serving: Serving;

beforeAll(async () => {
  // One at a time, so that others wait.
  serving = await startServing({ slots: 1, queued_jobs: { jobs: 40, ttl_max_seconds: 1_000 } });
}, 60_000);

afterAll(() => serving[Symbol.asyncDispose]());

test("a job that nobody waits for has an id at once and its whole result later", SLOW, async () => {
  const body = { ...script("cat; echo no >&2; exit 3"), stdin: "abc", wait: false, ttl: 60 };
  const accepted = await native(serving.url, "POST", "/jobs", { body });
  expect(accepted.status).toBe(202);
  const { id } = accepted.body;
  expect(accepted.headers.get("location")).toBe(`/api/crankcase/v1/jobs/${id}`);
  expect(accepted.body).toMatchObject({ language: "bash", version: "*", priority: 0, retry: 0 });
  const job = await over(serving.url, id);
  expect(job).toMatchObject({ id, state: "done", position: null, starts: 1 });
  expect(job.result).toMatchObject({
    id,
    run: { stdout: "abc", stderr: "no\n", output: "abcno\n", exit_code: 3 },
  });
  const finished = Date.parse(job.finished_at ?? "");
  expect(Date.parse(job.expires_at ?? "") - finished).toBe(60_000);
  expect(finished).toBeGreaterThanOrEqual(Date.parse(job.started_at ?? ""));
});

test("jobs start by priority, and tell their position while they wait", SLOW, async () => {
  const blocker = await submitted(serving.url, script("sleep 1"));
  const file = script("date +%s%N");
  const jobs = [];
  for (const priority of [0, 0, 9, -1]) jobs.push(await submitted(serving.url, { ...file, priority }));
  const ids = jobs.map(({ id }) => id);
  const { body } = await native(serving.url, "GET", `/jobs?ids=${ids.join(",")}`);
  const positions = body.jobs.map(({ position }: { position: number }) => position);
  expect(positions).toEqual([2, 3, 1, 4]);
  await over(serving.url, blocker.id);
  const ended = await Promise.all(ids.map((id) => over(serving.url, id)));
  const times = ended.map(({ result }) => BigInt(result?.run?.stdout.trim() ?? 0));
  const order = [...times].sort((one, other) => (one < other ? -1 : 1)).map((time) => times.indexOf(time));
  expect(order).toEqual([2, 0, 1, 3]);
});

test("a job is cancelled whether it waits or runs, and nothing of it goes on", SLOW, async () => {
  const running = await submitted(serving.url, script("echo begun; sleep 60"));
  const waiting = await submitted(serving.url, script("echo never"));
  const state = async (id: string) => (await native(serving.url, "GET", `/jobs/${id}`)).body.state;
  await until("the first one runs", async () => (await state(running.id)) === "running");
  expect(await native(serving.url, "GET", "/jobs?state=running")).toMatchObject({
    body: { jobs: [{ id: running.id, state: "running" }] },
  });
  const listed = await native(serving.url, "GET", "/jobs?state=queued");
  expect(listed.body.jobs.map(({ id }: { id: string }) => id)).toEqual([waiting.id]);
  for (const { id } of [waiting, running]) {
    expect(await native(serving.url, "DELETE", `/jobs/${id}`)).toMatchObject({
      status: 200,
      body: { id, state: "cancelled" },
    });
  }
  expect(await native(serving.url, "DELETE", `/jobs/${waiting.id}`)).toMatchObject({ status: 200 });
  await until("nothing of them runs", async () => (await serving.runnerProcesses()) === 0);
  const after = await submitted(serving.url, script("echo after"));
  expect((await over(serving.url, after.id)).result?.run?.stdout).toBe("after\n");
});

test("the same idempotency key gives the same job, whatever the second request says", SLOW, async () => {
  const body = { ...script("echo one"), wait: false, idempotency_key: "exercise 7, ann" };
  const first = await native(serving.url, "POST", "/jobs", { body });
  const again = await native(serving.url, "POST", "/jobs", { body: { ...body, ...script("echo two") } });
  expect([first.status, again.status]).toEqual([202, 200]);
  expect(again.body.id).toBe(first.body.id);
  expect((await over(serving.url, first.body.id)).result?.run?.stdout).toBe("one\n");
});

test("a batch is accepted whole, or refused with the job and field at fault", SLOW, async () => {
  const jobs = ["a", "b", "c"].map((text) => script(`echo ${text}`));
  const accepted = await native(serving.url, "POST", "/jobs/batch", { body: { jobs } });
  expect(accepted.status).toBe(202);
  const ids: string[] = accepted.body.jobs.map(({ id }: { id: string }) => id);
  for (const id of ids) await over(serving.url, id);
  const { body } = await native(serving.url, "GET", `/jobs?ids=${[...ids, "unknown"].join(",")}`);
  const texts = body.jobs.map((job: { result: { run: { stdout: string } } }) => job.result.run.stdout);
  expect(texts).toEqual(["a\n", "b\n", "c\n"]);
  for (const [wrong, field] of [
    [{ language: "bash", files: [{}] }, "jobs[1].files[0].content"],
    [{ ...script(""), language: "no such" }, "jobs[1].language"],
    [{ ...script(""), wait: true }, "jobs[1].wait"],
    [{ ...script(""), ttl: 1_001 }, "jobs[1].ttl"],
  ] as const) {
    const before = (await native(serving.url, "GET", "/jobs?limit=1000")).body.jobs.length;
    const refused = await native(serving.url, "POST", "/jobs/batch", { body: { jobs: [jobs[0], wrong] } });
    expect(refused).toMatchObject({ status: 400, body: { field } });
    expect((await native(serving.url, "GET", "/jobs?limit=1000")).body.jobs).toHaveLength(before);
  }
});

test("mistakes are told with their field before anything is kept", SLOW, async () => {
  for (const [wrong, status, field] of [
    [{ ttl: 60, wait: undefined }, 400, "ttl"],
    [
      { callback: { url: "https://example.org", secret: "sixteen letters or more" }, wait: true },
      400,
      "callback",
    ],
    [{ ttl: 1_001 }, 400, "ttl"],
    [{ priority: 101 }, 400, "priority"],
    [{ retry: -1 }, 400, "retry"],
    [{ callback: { url: "https://example.org", secret: "short" } }, 400, "callback.secret"],
    [{ idempotency_key: "" }, 400, "idempotency_key"],
    [{ language: "no such" }, 400, "language"],
  ] as const) {
    const body = { ...script("echo x"), wait: false, ...wrong };
    expect(await native(serving.url, "POST", "/jobs", { body })).toMatchObject({ status, body: { field } });
  }
  for (const [path, status, field] of [
    ["/jobs/nobody", 404, undefined],
    ["/jobs/nobody?wait=61", 400, "wait"],
    ["/jobs/nobody?wait=-1", 400, "wait"],
    ["/jobs/nobody?wiat=1", 400, "wiat"],
    ["/jobs?state=dead", 400, "state"],
    ["/jobs?limit=0", 400, "limit"],
    ["/jobs?limit=1&limit=2", 400, "limit"],
    [`/jobs?ids=${"a,".repeat(101)}`, 400, "ids"],
  ] as const) {
    const answer = await native(serving.url, "GET", path);
    expect([answer.status, answer.body.field]).toEqual([status, field]);
  }
  expect(await native(serving.url, "DELETE", "/jobs/nobody")).toMatchObject({ status: 404 });
});

test("more jobs than may wait are answered 503, and those that were accepted run", SLOW, async () => {
  const blocker = await submitted(serving.url, script("sleep 1"));
  const jobs = Array.from({ length: 30 }, () => script("true"));
  const first = await native(serving.url, "POST", "/jobs/batch", { body: { jobs } });
  const second = await native(serving.url, "POST", "/jobs/batch", { body: { jobs } });
  expect([first.status, second.status, second.body.code]).toEqual([202, 503, "busy"]);
  expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(0);
  await over(serving.url, blocker.id);
  for (const { id } of first.body.jobs) expect((await over(serving.url, id)).state).toBe("done");
});

test("a caller who waits has his turn among thousands that nobody waits for", SLOW, async () => {
  const jobs = Array.from({ length: 30 }, () => script("sleep 0.3"));
  const { body } = await native(serving.url, "POST", "/jobs/batch", { body: { jobs } });
  const waited = await native(serving.url, "POST", "/jobs", { body: script("echo here") });
  expect(waited.body.run.stdout).toBe("here\n");
  const left = await native(serving.url, "GET", "/jobs?state=queued");
  expect(left.body.jobs.length).toBeGreaterThan(10);
  for (const { id } of body.jobs) await native(serving.url, "DELETE", `/jobs/${id}`);
});
