import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Serving } from "../cli/serving.ts";
import { native, over, script, submitted } from "../queue/native.ts";
import { until } from "../support/until.ts";
import { type Nodes, startNodes, untilKnown } from "./nodes.ts";

const SLOW = { timeout: 120_000 };

let nodes: Nodes;
let api: Serving;
let worker: Serving;

beforeAll(async () => {
  nodes = await startNodes();
  [api, worker] = await Promise.all([nodes.api(), nodes.worker({ slots: 2 })]);
  await untilKnown(api);
}, 90_000);

afterAll(() => nodes[Symbol.asyncDispose]());

test("a job that nobody waits for is run by the worker, and found at the api node", SLOW, async () => {
  const body = { ...script("cat; echo no >&2; exit 3"), stdin: "abc", wait: false, ttl: 60 };
  const accepted = await native(api.url, "POST", "/jobs", { body });
  expect(accepted).toMatchObject({
    status: 202,
    body: { language: "bash", state: "queued", position: 1, starts: 0 },
  });
  const { id } = accepted.body;
  const job = await over(api.url, id);
  expect(job).toMatchObject({ id, state: "done", position: null, starts: 1 });
  expect(job.result).toMatchObject({ id, run: { stdout: "abc", stderr: "no\n", exit_code: 3 } });
  expect(Date.parse(job.expires_at ?? "") - Date.parse(job.finished_at ?? "")).toBe(60_000);
  expect(await readFile(worker.startsLog, "utf8")).toContain("/1");
});

test("a job that somebody waits for is run by the worker", SLOW, async () => {
  const answer = await native(api.url, "POST", "/jobs", { body: { ...script("cat; exit 4"), stdin: "né" } });
  expect(answer).toMatchObject({ status: 200, body: { run: { stdout: "né", exit_code: 4 } } });
  const piston = await fetch(`${api.url}/api/v2/execute`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ language: "bash", version: "*", files: [{ content: "echo $1" }], args: ["x y"] }),
  });
  expect(await piston.json()).toMatchObject({ run: { stdout: "x y\n", code: 0 } });
});

test("a mistake in a request is told by the api node, which runs nothing", SLOW, async () => {
  const unknown = await native(api.url, "POST", "/jobs", {
    body: { language: "nosuch", files: [{ content: "" }] },
  });
  expect(unknown).toMatchObject({ status: 400, body: { code: "unknown_runtime" } });
  const tooMuch = { ...script("true"), limits: { run: { wall_time_ms: 10_000_000 } }, wait: false };
  expect(await native(api.url, "POST", "/jobs", { body: tooMuch })).toMatchObject({
    status: 400,
    body: { code: "limit_too_high" },
  });
});

test(
  "jobs are listed, cancelled whether they wait or run, and found by their idempotency key",
  SLOW,
  async () => {
    const slow = script("echo begun; sleep 60");
    const running = [await submitted(api.url, slow), await submitted(api.url, slow)];
    const body = { ...script("echo never"), wait: false, idempotency_key: "once" };
    const waiting = (await native(api.url, "POST", "/jobs", { body })).body;
    const again = await native(api.url, "POST", "/jobs", { body });
    expect(again).toMatchObject({ status: 200, body: { id: waiting.id } });
    const states = async () => {
      const { body: found } = await native(api.url, "GET", "/jobs?limit=3");
      return found.jobs.map(({ state }: { state: string }) => state).join(" ");
    };
    await until("two of them run", async () => (await states()) === "queued running running");
    for (const { id } of [waiting, ...running]) {
      expect(await native(api.url, "DELETE", `/jobs/${id}`)).toMatchObject({
        status: 200,
        body: { state: "cancelled" },
      });
    }
    await until("nothing of them runs", async () => (await worker.runnerProcesses()) === 0);
    expect(
      (await over(api.url, (await submitted(api.url, script("echo after"))).id)).result?.run?.stdout,
    ).toBe("after\n");
  },
);

test("the worker answers probes, and nobody else", SLOW, async () => {
  const health = await fetch(`${worker.url}/healthz`);
  expect(await health.json()).toMatchObject({ status: "ok" });
  expect(await (await fetch(`${worker.url}/metrics`)).text()).toContain("crankcase_cluster_slots");
  expect(await native(worker.url, "POST", "/jobs", { body: script("true") })).toMatchObject({ status: 501 });
  expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
});
