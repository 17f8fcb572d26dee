import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";
import { connecting, initialized } from "./connecting.ts";

let serving: Serving;

beforeAll(async () => {
  const limits = { run: { default: { wall_time_ms: 20_000, stdout_bytes: 100_000_000 } } };
  const maximum = { wall_time_ms: 60_000, cpu_time_ms: 60_000, stdout_bytes: 1_000_000_000 };
  serving = await startServing({ slots: 4, limits: { run: { ...limits.run, maximum } } });
});

afterAll(() => serving[Symbol.asyncDispose]());

function python(content: string, rest: object = {}) {
  return initialized(serving.url, { language: "python", files: [{ content }], ...rest });
}

function bash(content: string, rest: object = {}) {
  return initialized(serving.url, { language: "bash", files: [{ content }], ...rest });
}

test.each(["/api/v2/connect", "/api/v2/piston/connect", "/api/v2/connect/"])(
  "%s runs a program that asks and is answered, with Piston's messages in Piston's order",
  async (path) => {
    const content = "print('name?', flush=True); print('hello', input())";
    using client = await initialized(serving.url, { language: "python", files: [{ content }] }, path);
    await client.says("name?");
    client.send({ type: "data", stream: "stdin", data: "Ünä\n" });
    expect(await client.closed).toEqual([4999, "Job Completed"]);
    expect(client.messages.filter(({ type }) => type !== "data")).toEqual([
      { type: "runtime", language: "python", version: expect.stringMatching(/^3\./) },
      { type: "stage", stage: "run" },
      expect.objectContaining({ type: "exit", stage: "run", code: 0, signal: null }),
    ]);
    expect(client.text()).toBe("name?\nhello Ünä\n");
  },
);

test("a compile stage is told before the run, and a failed one is the last", async () => {
  const good =
    "#include <stdio.h>\nint main(void) { char s[9]; fgets(s, 9, stdin); fputs(s, stderr); return 3; }";
  using client = await initialized(serving.url, { language: "c", files: [{ content: good }] });
  // Typed before the program runs: it waits for it.
  client.send({ type: "data", stream: "stdin", data: "hi\n" });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  const told = client.messages.map(({ type, stage, code, data }) => [type, stage ?? data, code]);
  expect(told.slice(1)).toEqual([
    ["stage", "compile", undefined],
    ["exit", "compile", 0],
    ["stage", "run", undefined],
    ["data", "hi\n", undefined],
    ["exit", "run", 3],
  ]);
  using wrong = await initialized(serving.url, { language: "c", files: [{ content: "int main(" }] });
  expect(await wrong.closed).toEqual([4999, "Job Completed"]);
  expect(wrong.text("stderr")).toContain("error");
  expect(wrong.messages.at(-1)).toMatchObject({ type: "exit", stage: "compile", code: 1, signal: null });
});

test("eof ends the input", async () => {
  using client = await bash("cat; echo over");
  client.send({ type: "data", stream: "stdin", data: "one\ntwo" });
  client.send({ type: "eof" });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  expect(client.text()).toBe("one\ntwoover\n");
});

test("a signal is delivered by its name", async () => {
  using client = await python(`
import os, signal, time
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"got SIGINT"))
os.write(1, b"ready")
while True: time.sleep(0.05)
`);
  await client.says("ready");
  client.send({ type: "signal", signal: "SIGINT" });
  await client.says("got SIGINT");
  client.send({ type: "signal", signal: "SIGTERM" });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  expect(client.messages.at(-1)).toMatchObject({ type: "exit", code: null, signal: "SIGTERM", status: "SG" });
});

test("a flood past its limit ends with OL and SIGKILL, and what came before it is kept", async () => {
  using client = await python("while True: print('é' * 999, end='')");
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  expect(client.messages.at(-1)).toMatchObject({ type: "exit", code: null, signal: "SIGKILL", status: "OL" });
  expect(Buffer.byteLength(client.text())).toBe(100_000_000);
  expect(client.text().at(-1)).toBe("é");
});

describe("on a terminal", () => {
  test("the program has one, of the size that was asked for, and Ctrl-C interrupts it", async () => {
    using client = await bash(
      "tty; stty size; echo $TERM; trap 'echo interrupted; exit 7' INT; read -r line; echo $line; sleep 15",
      {
        terminal: { rows: 30, columns: 100 },
      },
    );
    await client.says("30 100");
    client.send({ type: "data", stream: "stdin", data: "typed\r" });
    await client.says("typed\r\ntyped");
    client.send({ type: "data", stream: "stdin", data: "\x03" });
    expect(await client.closed).toEqual([4999, "Job Completed"]);
    expect(client.text()).toMatch(/\/dev\/pts\/0\r\n30 100\r\nxterm-256color\r\n/);
    expect(client.text()).toContain("interrupted");
    expect(client.messages.at(-1)).toMatchObject({ type: "exit", code: 7 });
  });

  test("a full-screen program sees a new size and draws itself anew", async () => {
    using client = await python(
      `
import curses
def main(screen):
    while True:
        rows, columns = screen.getmaxyx()
        screen.clear()
        screen.addstr(0, 0, f"size={columns}x{rows};")
        screen.refresh()
        key = screen.getch()
        if key == ord("q"): return
        if key == curses.KEY_RESIZE: curses.update_lines_cols()
curses.wrapper(main)
`,
      { terminal: true },
    );
    await client.says("size=80x24;");
    const before = client.text().length;
    client.send({ type: "resize", rows: 40, columns: 133 });
    await until("it is drawn anew", () => client.text().slice(before).includes("133x40"), 10_000);
    client.send({ type: "data", stream: "stdin", data: "q" });
    expect(await client.closed).toEqual([4999, "Job Completed"]);
    expect(client.messages.at(-1)).toMatchObject({ code: 0 });
    // The alternate screen is entered and left again.
    expect(client.text()).toContain("\x1b[?1049h");
    expect(client.text()).toContain("\x1b[?1049l");
  });
});

describe("Piston's close codes", () => {
  const sleeper = { type: "init", language: "bash", version: "*", files: [{ content: "sleep 15" }] };

  test.each([
    [4000, "Already Initialized", [sleeper, sleeper]],
    [4001, "Initialization Timeout", []],
    [4003, "Not yet initialized", [{ type: "data", stream: "stdin", data: "x" }]],
    [4003, "Not yet initialized", [{ type: "signal", signal: "SIGINT" }]],
    [4004, "Can only write to stdin", [sleeper, { type: "data", stream: "stdout", data: "x" }]],
    [4005, "Invalid signal", [sleeper, { type: "signal", signal: "SIGNOPE" }]],
    [4005, "Invalid signal", [sleeper, { type: "signal", signal: "toString" }]],
  ])("%d %s", async (code, reason, sent) => {
    using client = await connecting(serving.url);
    for (const message of sent) client.send(message);
    expect(await client.closed).toEqual([code, reason]);
    await until("its job is gone", async () => (await serving.runnerProcesses()) === 0, 5_000);
  });

  test.each([
    ["no JSON", "{", /^A message /],
    ["no object", "[]", /^A message must be a JSON object/],
    ["null", "null", /^A message must be a JSON object/],
    ["no language", '{"type":"init"}', /^language is required as a string$/],
    ["no files", '{"type":"init","language":"bash"}', /^files is required as an array$/],
    [
      "no such runtime",
      '{"type":"init","language":"x","version":"1","files":[{"content":""}]}',
      /^x-1 runtime is unknown$/,
    ],
    [
      "no size",
      '{"type":"init","language":"bash","files":[{"content":""}],"terminal":{"rows":0}}',
      /^terminal\.rows must be/,
    ],
  ])("4002 Notified Error, with its message before: %s", async (_, text, message) => {
    using client = await connecting(serving.url);
    client.socket.send(text);
    expect(await client.closed).toEqual([4002, "Notified Error"]);
    expect(client.messages).toEqual([{ type: "error", message: expect.stringMatching(message) }]);
  });

  test("messages of an unknown type are ignored, as are more once the job has ended", async () => {
    using client = await bash("read -r line; echo $line");
    client.send({ type: "hasOwnProperty" });
    client.send({ type: "data", stream: "stdin", data: "hi\n" });
    client.send({ type: "data", stream: "stdin", data: "there\n" });
    expect(await client.closed).toEqual([4999, "Job Completed"]);
    expect(client.text()).toBe("hi\n");
  });
});

test.each([
  ["closes", (socket: { close(): void }) => socket.close()],
  ["breaks off", (socket: { terminate(): void }) => socket.terminate()],
] as const)("a client that %s in the middle takes its job with it at once", async (_, leave) => {
  using client = await bash("trap '' TERM INT HUP; (sleep 16 &); echo ready; sleep 15");
  await client.says("ready");
  expect(await serving.runnerProcesses()).toBeGreaterThan(0);
  leave(client.socket);
  await until("the jail is gone", async () => (await serving.runnerProcesses()) === 0, 1_000);
});

test("a client that leaves is noticed also while its input waits for a program that does not read", async () => {
  using client = await bash("echo ready; sleep 15");
  await client.says("ready");
  for (let sent = 0; sent < 40; sent += 1) {
    client.send({ type: "data", stream: "stdin", data: "x".repeat(50_000) });
  }
  await sleep(300);
  client.socket.terminate();
  await until("the jail is gone", async () => (await serving.runnerProcesses()) === 0, 4_000);
});

test("input that comes faster than the program reads arrives whole", async () => {
  using client = await python(`
import sys, time, hashlib
time.sleep(1)
print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())
`);
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  for (let index = 0; index < 200; index += 1) {
    const data = `${index}é`.repeat(5_000);
    hash.update(data);
    client.send({ type: "data", stream: "stdin", data });
  }
  client.send({ type: "eof" });
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  expect(client.text()).toBe(`${hash.digest("hex")}\n`);
});

test("a reader that does not read holds the program back, and gets all of it afterwards", async () => {
  using client = await bash("head -c 60000000 /dev/zero | tr '\\0' 'x'; echo done >&2");
  await client.hears("stage");
  client.socket.pause();
  await sleep(2_000);
  expect(await serving.runnerProcesses()).toBeGreaterThan(0);
  client.socket.resume();
  expect(await client.closed).toEqual([4999, "Job Completed"]);
  expect(client.text()).toHaveLength(60_000_000);
  expect(client.text("stderr")).toBe("done\n");
});

test("pages of a foreign origin are refused at the handshake", async () => {
  const origin = "https://evil.example";
  await expect(connecting(serving.url, "/api/v2/connect", { headers: { origin } })).rejects.toThrow(/403/);
});

test("a path without a WebSocket refuses the handshake, and /connect without one is not found", async () => {
  await expect(connecting(serving.url, "/api/v2/runtimes")).rejects.toThrow(/200/);
  await expect(connecting(serving.url, "/api/v2/nothing/connect")).rejects.toThrow(/404/);
  const plain = await fetch(`${serving.url}/api/v2/connect`);
  expect([plain.status, await plain.json()]).toEqual([404, { message: "Not Found" }]);
});
