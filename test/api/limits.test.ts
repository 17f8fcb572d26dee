import { request } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { openDailyCounts } from "../../src/access/daily-counts.ts";
import { keyRing } from "../../src/access/key-ring.ts";
import { createMeter } from "../../src/access/meter.ts";
import { newKey } from "../../src/access/new-key.ts";
import { trustedProxies } from "../../src/config/trusted-proxies.ts";
import type { ServerDeps } from "../../src/http/server-deps.ts";
import { HI, sampleResult, sampleServer } from "./sample-server.ts";

const NOW = new Date("2026-01-02T12:00:00Z");
const BODY = JSON.stringify({ language: "python", files: [{ content: "print(1)" }] });
const KEY = newKey("bot", ["run"], NOW, { rate_per_minute: 2 });
const SLOW = newKey("slow", ["run"], NOW, { concurrency: 1 });
const DAILY = newKey("daily", ["run"], NOW, { daily_jobs: 1 });
const keys = keyRing([KEY.entry, SLOW.entry, DAILY.entry], () => NOW);

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server on a port, whose meter lets an address send two requests a minute. */
async function limited({ isOpen = true, ...settings }: Partial<ServerDeps> & { isOpen?: boolean } = {}) {
  const dailyCounts = await openDailyCounts({ file: null, now: () => NOW, warn: () => undefined });
  const meter = createMeter({ addressRatePerMinute: 2, keyRatePerMinute: 0, dailyCounts, now: () => NOW });
  const access = { keys, isOpen, isLocal: true, faults: [], isOperator: () => false };
  const sample = sampleServer({ meter, access, ...settings });
  closing.push(() => sample.server.close());
  const url = await sample.server.listen({ host: "::", port: 0 });
  const port = Number(new URL(url.replace("[::]", "localhost")).port);
  return {
    ...sample,
    send: (headers = {}, path = "/api/crankcase/v1/jobs", from = "127.0.0.1") =>
      send({ port, headers, path, from }),
  };
}

interface Sending {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly from: string;
}

/** Sends a job from an address of this machine's. */
async function send({ port, headers, path, from }: Sending) {
  const method = path.endsWith("s") && !path.endsWith("jobs") ? "GET" : "POST";
  const type = method === "POST" ? { "content-type": "application/json" } : {};
  const sent = request({
    host: from.includes(":") ? "::1" : "127.0.0.1",
    port,
    path,
    method,
    agent: false,
    localAddress: from,
    headers: { ...type, ...headers },
  });
  const answered = new Promise<Awaited<ReturnType<typeof read>>>((resolve, reject) => {
    sent.on("error", reject).on("response", (response) => resolve(read(response)));
  });
  sent.end(method === "POST" ? BODY : undefined);
  return await answered;
}

async function read(response: import("node:http").IncomingMessage) {
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(await text(response)) };
}

test("every answer tells where the caller stands, and the one too many is 429 with Retry-After", async () => {
  const { send, executed } = await limited();
  const first = await send();
  expect([first.status, first.headers]).toMatchObject([
    200,
    {
      "ratelimit-policy": '"address";q=2;w=60',
      ratelimit: '"address";r=1;t=60',
      "x-ratelimit-limit": "2",
      "x-ratelimit-remaining": "1",
    },
  ]);
  const resetIn = Number(first.headers["x-ratelimit-reset"]) - Date.now() / 1000;
  expect(resetIn).toBeGreaterThan(50);
  expect(resetIn).toBeLessThan(70);
  await send({}, "/api/v2/execute");
  const refused = await send();
  expect([refused.status, refused.body]).toMatchObject([
    429,
    {
      code: "rate_limited",
      message: expect.stringContaining("more than 2 requests a minute"),
      hint: expect.stringContaining("Retry-After"),
    },
  ]);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(50);
  expect(refused.headers.ratelimit).toMatch(/^"address";r=0;t=\d+$/);
  expect(executed).toHaveLength(2);
  expect((await send({}, "/api/v2/execute")).body).toEqual({
    message: expect.stringContaining("more than 2"),
  });
});

test("reading what can be run never counts, nor does a look at the health", async () => {
  const { send } = await limited();
  for (let count = 0; count < 5; count += 1) {
    expect((await send({}, "/api/v2/runtimes")).headers).not.toHaveProperty("ratelimit");
  }
  expect((await send()).headers.ratelimit).toMatch(/r=1;/);
});

test("addresses count apart; X-Forwarded-For from who is not trusted changes nothing", async () => {
  const { send } = await limited();
  for (const fake of ["198.51.100.1", "198.51.100.2"]) await send({ "x-forwarded-for": fake });
  expect((await send({ "x-forwarded-for": "198.51.100.3" })).status).toBe(429);
  expect((await send({}, undefined, "127.0.0.2")).status).toBe(200);
});

test("behind a trusted proxy the caller's own address counts, and what the caller wrote before it does not", async () => {
  const { send } = await limited({ trustedProxies: trustedProxies(["127.0.0.0/8", "203.0.113.9"]) });
  const forwarded = (chain: string) => send({ "x-forwarded-for": chain });
  for (const fake of ["1.1.1.1", "2.2.2.2"]) {
    expect((await forwarded(`${fake}, 198.51.100.1, 203.0.113.9`)).status).toBe(200);
  }
  expect((await forwarded("3.3.3.3, 198.51.100.1, 203.0.113.9")).status).toBe(429);
  expect((await forwarded("3.3.3.3, 198.51.100.2")).status).toBe(200);
  expect((await forwarded("nonsense, 203.0.113.9")).status).toBe(200);
  // One /64 is one caller.
  for (const last of ["1", "2"]) expect((await forwarded(`2001:db8::${last}`)).status).toBe(200);
  expect((await forwarded("2001:db8::ffff:3")).status).toBe(429);
});

test("a key has its own rate, and its client is its name", async () => {
  const clients: string[] = [];
  const { send } = await limited({
    isOpen: false,
    execute: ({ client }) => {
      clients.push(client);
      return Promise.resolve(sampleResult({ run: HI }));
    },
  });
  const bot = { authorization: `Bearer ${KEY.text}` };
  const first = await send(bot);
  expect(first.headers["ratelimit-policy"]).toBe('"key";q=2;w=60');
  await send(bot, undefined, "127.0.0.2");
  expect((await send(bot)).status).toBe(429);
  expect((await send({ "x-api-key": SLOW.text })).headers).not.toHaveProperty("ratelimit");
  expect(clients).toEqual(["key:bot", "key:bot", "key:slow"]);
});

test("who sends no key is its address's client", async () => {
  const clients: string[] = [];
  const { send } = await limited({
    execute: ({ client }) => {
      clients.push(client);
      return Promise.resolve(sampleResult({ run: HI }));
    },
  });
  await send();
  await send({}, undefined, "127.0.0.2");
  expect(clients).toEqual(["address:127.0.0.1", "address:127.0.0.2"]);
});

test("a key with one request at a time is refused a second one until the first is answered", async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { send } = await limited({
    isOpen: false,
    execute: async () => {
      begun.resolve();
      await gate.promise;
      return sampleResult({ run: HI });
    },
  });
  const slow = { "x-api-key": SLOW.text };
  const first = send(slow);
  await begun.promise;
  const second = await send(slow);
  expect([second.status, second.body.code, second.headers["retry-after"]]).toEqual([
    429,
    "too_many_at_once",
    "1",
  ]);
  gate.resolve();
  expect((await first).status).toBe(200);
  await expect.poll(async () => (await send(slow)).status).toBe(200);
});

test("a key that has had its jobs of the day is told when the next day begins", async () => {
  const { send } = await limited({ isOpen: false });
  expect((await send({ "x-api-key": DAILY.text })).status).toBe(200);
  const refused = await send({ "x-api-key": DAILY.text });
  expect([refused.status, refused.body.code, refused.headers["retry-after"]]).toEqual([
    429,
    "quota_spent",
    "43200",
  ]);
});

test("after thirty wrong keys an address is told to wait, and the right key opens still", async () => {
  const { send } = await limited({ isOpen: false });
  for (let count = 0; count < 30; count += 1) {
    expect((await send({ "x-api-key": `ck_${count}` }, "/api/v2/runtimes")).status).toBe(401);
  }
  const refused = await send({ "x-api-key": "ck_wrong" }, "/api/v2/runtimes");
  expect([refused.status, Number(refused.headers["retry-after"]) > 0]).toEqual([429, true]);
  expect((await send({ "x-api-key": SLOW.text }, "/api/v2/runtimes")).status).toBe(200);
  expect((await send({ "x-api-key": "ck_wrong" }, "/api/v2/runtimes", "127.0.0.2")).status).toBe(401);
});
