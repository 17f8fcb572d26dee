import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CRANKCASE, type Serving } from "../cli/serving.ts";
import { native, script } from "../queue/native.ts";
import { until } from "../support/until.ts";
import { type Nodes, startNodes } from "./nodes.ts";

const SLOW = { timeout: 120_000 };

let nodes: Nodes;
let apis: readonly Serving[];
let worker: Serving;

/** Makes a key at one of the servers, and gives its text. */
async function newKey(name: string, ...options: readonly string[]): Promise<string> {
  const args = ["keys", "create", name, "--config", apis[0]?.configFile ?? "", ...options];
  const { stdout } = await execa(CRANKCASE, args, { env: { PATH: process.env.PATH }, extendEnv: false });
  return stdout;
}

/** Whether every api node takes the key. */
async function isKnown(key: string): Promise<boolean> {
  const answers = await Promise.all(apis.map(({ url }) => native(url, "GET", "/runtimes", { key })));
  return answers.every(({ status, body }) => status === 200 && body.length > 0);
}

beforeAll(async () => {
  nodes = await startNodes();
  const keyed = { require_key: true, queued_jobs: { private_callbacks: true } };
  // The first keys come before any server: none starts without.
  const first = await nodes.worker({ slots: 1, queued_jobs: { private_callbacks: true } });
  worker = first;
  const args = ["keys", "create", "root", "--scope", "admin", "--config", first.configFile];
  await execa(CRANKCASE, args, { env: { PATH: process.env.PATH }, extendEnv: false });
  apis = [await nodes.api(keyed), await nodes.api(keyed)];
}, 120_000);

afterAll(() => nodes[Symbol.asyncDispose]());

test("a key that is made at one server opens all of them, until it is revoked", SLOW, async () => {
  const key = await newKey("ann");
  await until("all know it", () => isKnown(key), 20_000);
  const job = { ...script("echo hi"), wait: false };
  const accepted = await native(apis[0]?.url ?? "", "POST", "/jobs", { body: job, key });
  expect(accepted.status).toBe(202);
  const found = await native(apis[1]?.url ?? "", "GET", `/jobs/${accepted.body.id}?wait=30`, { key });
  expect(found.body).toMatchObject({ state: "done", result: { run: { stdout: "hi\n" } } });
  const other = await newKey("bob");
  await until("all know it", () => isKnown(other), 20_000);
  expect((await native(apis[1]?.url ?? "", "GET", `/jobs/${accepted.body.id}`, { key: other })).status).toBe(
    404,
  );
  await execa(CRANKCASE, ["keys", "revoke", "ann", "--config", apis[1]?.configFile ?? ""], {
    env: { PATH: process.env.PATH },
    extendEnv: false,
  });
  await until("none takes it", async () => {
    const answers = await Promise.all(apis.map(({ url }) => native(url, "GET", "/runtimes", { key })));
    return answers.every(({ status }) => status !== 200);
  });
});

test("a key's rate and daily jobs hold for all servers together", SLOW, async () => {
  const rated = await newKey("rated", "--rate", "4");
  const daily = await newKey("daily", "--daily", "3");
  await until("all know them", async () => (await isKnown(rated)) && (await isKnown(daily)), 20_000);
  const statuses = async (key: string) => {
    const all = [];
    for (let number = 0; number < 6; number += 1) {
      const url = apis[number % 2]?.url ?? "";
      all.push(
        (await native(url, "POST", "/jobs", { body: { ...script("true"), wait: false }, key })).status,
      );
    }
    return all;
  };
  expect(await statuses(rated)).toEqual([202, 202, 202, 202, 429, 429]);
  expect(await statuses(daily)).toEqual([202, 202, 202, 429, 429, 429]);
});

test("clients take turns, whatever the number of their jobs", SLOW, async () => {
  const [greedy, modest] = [await newKey("greedy"), await newKey("modest")];
  await until("all know them", async () => (await isKnown(greedy)) && (await isKnown(modest)), 20_000);
  const url = apis[0]?.url ?? "";
  const file = script("date +%s%N; sleep 0.1");
  const many = await native(url, "POST", "/jobs/batch", {
    body: { jobs: Array.from({ length: 20 }, () => file) },
    key: greedy,
  });
  const few = await native(apis[1]?.url ?? "", "POST", "/jobs/batch", {
    body: { jobs: [file, file, file] },
    key: modest,
  });
  const times = async (jobs: readonly { id: string }[], key: string) => {
    const ended = await Promise.all(jobs.map(({ id }) => native(url, "GET", `/jobs/${id}?wait=60`, { key })));
    return ended.map(({ body }) => BigInt(body.result.run.stdout.trim()));
  };
  const [theirs, ours] = [await times(many.body.jobs, greedy), await times(few.body.jobs, modest)];
  const last = ours.reduce((one, other) => (one > other ? one : other));
  // One began before the others came, and one more may have been next; from then on they take turns.
  expect(theirs.filter((time) => time < last).length).toBeLessThanOrEqual(6);
});

test("a callback is sent once, whoever is up to send it", SLOW, async () => {
  const key = await newKey("called");
  await until("all know it", () => isKnown(key), 20_000);
  const calls: string[] = [];
  const receiver = createServer((request, response) => {
    calls.push(String(request.headers["webhook-id"]));
    response.end();
  }).listen(0, "127.0.0.1");
  await using _closed = { [Symbol.asyncDispose]: async () => void receiver.close() };
  await until("it listens", () => receiver.listening);
  const { port } = receiver.address() as AddressInfo;
  const callback = {
    url: `http://127.0.0.1:${port}/`,
    secret: `whsec_${Buffer.alloc(24, 7).toString("base64")}`,
  };
  const body = { ...script("true"), wait: false, callback };
  const accepted = await native(apis[0]?.url ?? "", "POST", "/jobs", { body, key });
  expect(accepted).toMatchObject({ status: 202, body: { callback: { state: "waiting" } } });
  await until("it was delivered", async () => {
    const { body: job } = await native(apis[1]?.url ?? "", "GET", `/jobs/${accepted.body.id}`, { key });
    return job.callback.state === "delivered";
  });
  expect(calls).toEqual([accepted.body.id]);
  expect((await fetch(`${worker.url}/healthz`)).status).toBe(200);
});
