import { readdir } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { findLeftovers } from "../support/census.ts";
import { expectCensus, takeQuietCensus } from "../support/expect-census.ts";
import { until } from "../support/until.ts";
import { answerTo, expectServed, type Job } from "./answer-to.ts";
import { PATIENT } from "./patient.ts";

vi.setConfig(PATIENT);

const HELLO: Job = { language: "bash", files: [{ content: "echo hello" }] };

/** It writes until somebody ends it. */
const FLOOD: Job = {
  language: "bash",
  files: [{ content: "cat /dev/zero" }],
  limits: { run: { stdout_bytes: 1_000_000 } },
};

const CALLERS_EACH = 30;

/** Ways of not going on, by what is sent first. */
const WAYS: Readonly<Record<string, string>> = {
  "says nothing": "",
  "ends in the middle of a header": "POST /api/crankcase/v1/jobs HTTP/1.1\r\nhost: localhost\r\nx-half",
  "owes its body": head(HELLO, 5_000),
  "owes a chunk": `${headOf("transfer-encoding: chunked")}ff\r\n{`,
  "asks for a WebSocket and is silent": `GET /api/v2/connect HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n`,
};

function headOf(...lines: readonly string[]): string {
  const first = ["POST /api/crankcase/v1/jobs HTTP/1.1", "host: localhost", "content-type: application/json"];
  return `${[...first, ...lines].join("\r\n")}\r\n\r\n`;
}

/** A request with its body, and with a length that may be more than that. */
function head(job: Job, more = 0, ...lines: readonly string[]): string {
  const body = JSON.stringify(job);
  return `${headOf(`content-length: ${Buffer.byteLength(body) + more}`, ...lines)}${body}`;
}

let serving: Serving;
beforeAll(async () => {
  serving = await startServing({ ready_jails: 0 });
  await expectServed(serving.url, HELLO);
});
afterAll(async () => {
  await serving[Symbol.asyncDispose]();
  expect(await findLeftovers(serving.place)).toEqual([]);
});

function open(first: string): Socket {
  const { hostname, port } = new URL(serving.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on("error", () => undefined).write(first);
  return socket;
}

function descriptors(): Promise<readonly string[]> {
  return readdir(`/proc/${serving.child("daemon")}/fd`);
}

test("callers that hang in every way hold nobody up, and nothing of them is left when they go", async () => {
  const jailer = { place: serving.place, pid: serving.child("jailer") };
  const before = { census: await takeQuietCensus(jailer), descriptors: (await descriptors()).length };
  const hanging = Object.values(WAYS).flatMap((first) =>
    Array.from({ length: CALLERS_EACH }, () => open(first)),
  );
  await until(
    "all are connected",
    async () => (await descriptors()).length >= before.descriptors + CALLERS_EACH * 4,
  );
  for (let job = 0; job < 5; job += 1) expect(await answerTo(serving.url, HELLO)).toBe("right");
  for (const socket of hanging) socket.destroy();
  await until(
    "the daemon has closed them",
    async () => (await descriptors()).length <= before.descriptors + 1,
  );
  await expectCensus(jailer, before.census);
});

test("a caller that ends its half of the connection has hung up: its job ends, and nobody is told of it", async () => {
  const jailer = { place: serving.place, pid: serving.child("jailer") };
  const before = await takeQuietCensus(jailer);
  const socket = open(head({ language: "bash", files: [{ content: "sleep 60; echo late" }] }));
  await until("its program runs", async () => (await serving.runnerProcesses()) > 0);
  socket.end();
  expect(await text(socket)).toBe("");
  await expectCensus(jailer, before);
});

test("readers that take nothing hold back their own programs alone, and end them when they go", async () => {
  const jailer = { place: serving.place, pid: serving.child("jailer") };
  const before = await takeQuietCensus(jailer);
  const readers = [1, 2].map(() => open(head(FLOOD, 0, "accept: application/x-ndjson")).pause());
  await until("their programs run", async () => (await serving.runnerProcesses()) >= 2);
  await sleep(300);
  expect(await answerTo(serving.url, HELLO)).toBe("right");
  for (const socket of readers) socket.destroy();
  await until("their programs are gone", async () => (await serving.runnerProcesses()) === 0);
  await expectCensus(jailer, before);
});

const IS_LONG = process.env.TEST_INTERRUPTIONS !== undefined;

test.runIf(IS_LONG)(
  "a body that comes a byte at a time is given up after a minute (long: with TEST_INTERRUPTIONS)",
  { timeout: 150_000 },
  async () => {
    const socket = open(head(HELLO, 100_000));
    const drip = setInterval(() => socket.write("x"), 500);
    const answer = await text(socket);
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  },
);
