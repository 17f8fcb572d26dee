import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Serving } from "../cli/serving.ts";
import { native, over, script, submitted } from "../queue/native.ts";
import { initialized } from "../stream/connecting.ts";
import { until } from "../support/until.ts";
import { type Nodes, startNodes, untilKnown } from "./nodes.ts";

const SLOW = { timeout: 120_000 };

/** What a quick test of interactive programs may take, where the usual three seconds are too short. */
const PATIENT = {
  limits: {
    run: { default: { wall_time_ms: 60_000 }, maximum: { wall_time_ms: 60_000, stdout_bytes: 100_000_000 } },
  },
};

let nodes: Nodes;
let first: Serving;
let second: Serving;
let worker: Serving;

beforeAll(async () => {
  nodes = await startNodes();
  [first, second, worker] = await Promise.all([
    nodes.api(),
    nodes.api(),
    nodes.worker({ slots: 2, ...PATIENT }),
  ]);
  await Promise.all([untilKnown(first), untilKnown(second)]);
}, 120_000);

afterAll(() => nodes[Symbol.asyncDispose]());

interface Event {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** The events of a stream, and when each line came. */
async function* eventsOf(response: Response): AsyncGenerator<Event> {
  let rest = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line) as Event;
  }
}

async function streamed(url: string, path: string, body?: object): Promise<Response> {
  return await fetch(`${url}/api/crankcase/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { accept: "application/x-ndjson", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function textOf(events: readonly Event[], stream = "stdout"): string {
  return events
    .filter((one) => one.event === "output" && one.stream === stream)
    .map(({ data }) => data)
    .join("");
}

test("a program on a terminal is talked to through the api node that does not run it", SLOW, async () => {
  using client = await initialized(first.url, {
    language: "python",
    files: [{ content: "import os\nname = input('Who? ')\nprint('Hello,', name, os.get_terminal_size())" }],
    terminal: { rows: 24, columns: 80 },
  });
  await client.says("Who? ");
  client.send({ type: "resize", rows: 50, columns: 132 });
  client.send({ type: "data", stream: "stdin", data: "Ada\r" });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  expect(client.text()).toContain("Hello, Ada os.terminal_size(columns=132, lines=50)");
});

test("signals and the end of input reach the program", SLOW, async () => {
  using client = await initialized(second.url, {
    language: "bash",
    files: [
      {
        content: "trap 'echo caught' USR1; echo ready; while read -r line; do echo got $line; done; echo end",
      },
    ],
  });
  await client.says("ready");
  client.send({ type: "data", stream: "stdin", data: "one\n" });
  await client.says("got one");
  client.send({ type: "signal", signal: "SIGUSR1" });
  client.send({ type: "data", stream: "stdin", data: "two\n" });
  await client.says("caught");
  client.send({ type: "eof" });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  expect(client.text()).toContain("end");
});

test("much input and much output arrive whole and in order", SLOW, async () => {
  const lines = Array.from({ length: 40_000 }, (_, number) => `line ${number}\n`).join("");
  const hash = createHash("sha256").update(lines).digest("hex");
  using client = await initialized(first.url, { language: "bash", files: [{ content: "sha256sum" }] });
  await client.hears("stage");
  for (let at = 0; at < lines.length; at += 30_000)
    client.send({ type: "data", stream: "stdin", data: lines.slice(at, at + 30_000) });
  client.send({ type: "eof" });
  await client.closed;
  expect(client.text()).toContain(hash);
  const limits = { run: { stdout_bytes: 1_000_000 } };
  const response = await streamed(second.url, "/jobs", { ...script("seq 1 100000"), limits });
  const events = [];
  for await (const event of eventsOf(response)) events.push(event);
  const expected = Array.from({ length: 100_000 }, (_, number) => `${number + 1}\n`).join("");
  const got = textOf(events);
  expect(createHash("sha256").update(got).digest("hex")).toBe(
    createHash("sha256").update(expected).digest("hex"),
  );
  expect(events.at(-1)).toMatchObject({ event: "result", run: { exit_code: 0 } });
});

test("output comes while the program runs", SLOW, async () => {
  const response = await streamed(first.url, "/jobs", script("echo one; sleep 1; echo two"));
  const came: [string, number][] = [];
  for await (const event of eventsOf(response))
    came.push([String(event.data ?? event.event), performance.now()]);
  const at = (what: string) => came.find(([text]) => text === what)?.[1] ?? 0;
  expect(came.map(([text]) => text)).toEqual(["runtime", "stage", "one\n", "two\n", "exit", "result"]);
  expect(at("two\n") - at("one\n")).toBeGreaterThan(500);
});

test("a caller that hangs up ends its job at the worker", SLOW, async () => {
  const gone = new AbortController();
  const asked = fetch(`${first.url}/api/crankcase/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(script("sleep 50")),
    signal: gone.signal,
  });
  await until("it runs", async () => (await worker.runnerProcesses()) > 0);
  gone.abort();
  await expect(asked).rejects.toThrow();
  await until("nothing runs any more", async () => (await worker.runnerProcesses()) === 0);
});

test("a job is followed at any api node, from its start on, by several at once", SLOW, async () => {
  const job = await submitted(first.url, script("echo a; sleep 1; echo b; sleep 1; echo c"));
  const follow = async (url: string) => {
    const events = [];
    for await (const event of eventsOf(await streamed(url, `/jobs/${job.id}/events`))) events.push(event);
    return events;
  };
  const early = follow(first.url);
  await until("it runs", async () => (await worker.runnerProcesses()) > 0);
  const both = await Promise.all([early, follow(second.url)]);
  for (const events of both) {
    expect(textOf(events)).toBe("a\nb\nc\n");
    expect(events.at(-1)).toMatchObject({ event: "result", run: { exit_code: 0 } });
  }
});

test(
  "a caller that reads nothing holds the program back, and the store holds little of its output",
  SLOW,
  async () => {
    const limits = { run: { stdout_bytes: 60_000_000 } };
    const gone = new AbortController();
    const response = await fetch(`${first.url}/api/crankcase/v1/jobs`, {
      method: "POST",
      headers: { accept: "application/x-ndjson", "content-type": "application/json" },
      body: JSON.stringify({ ...script("head -c 50000000 /dev/zero | tr '\\0' x; echo done >&2"), limits }),
      signal: gone.signal,
    });
    expect(response.status).toBe(200);
    const held = async () => Number(/^used_memory:(\d+)/m.exec(await nodes.redis.ask("info", "memory"))?.[1]);
    let before = -1;
    await until("nothing more comes", async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const now = await held();
      const isStill = Math.abs(now - before) < 65_536;
      before = now;
      return isStill;
    });
    expect(await worker.runnerProcesses()).toBeGreaterThan(0);
    expect(await held()).toBeLessThan(20_000_000);
    gone.abort();
    await until("nothing runs any more", async () => (await worker.runnerProcesses()) === 0);
  },
);

test("files that a job delivers by URL are fetched at another api node", SLOW, async () => {
  const body = { ...script("echo kept > out.txt"), artifacts: ["out.txt"], artifact_delivery: "url" };
  const { body: result } = await native(first.url, "POST", "/jobs", { body });
  const [artifact] = result.artifacts;
  expect(await (await fetch(`${second.url}${artifact.url}`)).text()).toBe("kept\n");
});

test("cases are judged at the worker, and told as they end", SLOW, async () => {
  const testcases = [
    { stdin: "1", expected: "1" },
    { stdin: "2", expected: "3" },
  ];
  const { body } = await native(first.url, "POST", "/jobs", { body: { ...script("cat"), testcases } });
  expect(body).toMatchObject({ testcases: { verdict: "WA" } });
});

test(
  "a client that waits goes to another api node when its own dies, and has its result there",
  SLOW,
  async () => {
    const doomed = await nodes.api();
    await untilKnown(doomed);
    const job = await submitted(doomed.url, script("sleep 1.5; echo kept"));
    const broken = over(doomed.url, job.id).catch(() => "broken");
    const waited = native(doomed.url, "POST", "/jobs", { body: script("sleep 40") }).catch(() => "broken");
    await until("both run", async () => (await worker.runnerProcesses()) > 1);
    for (const pid of [doomed.pid, doomed.child("daemon")]) process.kill(pid, "SIGKILL");
    expect([await broken, await waited]).toEqual(["broken", "broken"]);
    expect(await over(second.url, job.id)).toMatchObject({
      state: "done",
      result: { run: { stdout: "kept\n" } },
    });
    // What only the dead node's caller waited for is ended.
    await until("nothing runs any more", async () => (await worker.runnerProcesses()) === 0, 30_000);
  },
);
