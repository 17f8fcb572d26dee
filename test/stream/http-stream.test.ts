import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";

let serving: Serving;

beforeAll(async () => {
  const generous = { wall_time_ms: 60_000, cpu_time_ms: 60_000, stdout_bytes: 1_000_000_000 };
  const limits = { run: { default: { wall_time_ms: 20_000 }, maximum: generous } };
  serving = await startServing({ slots: 4, limits });
});

afterAll(() => serving[Symbol.asyncDispose]());

const NATIVE = "/api/crankcase/v1/jobs";
const PISTON = ["/api/v2/execute", "/api/v2/piston/execute"];

function post(path: string, accept: string, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${serving.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
type Event = any;

async function lines(path: string, body: object): Promise<Event[]> {
  const response = await post(path, "application/x-ndjson", body);
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  const text = await response.text();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function textOf(events: readonly Event[], stream: string): string {
  return events
    .filter((event) => event.event === "output" && event.stream === stream)
    .map(({ data }) => data)
    .join("");
}

const C_PROGRAM = '#include <stdio.h>\nint main(void) { int x; puts("hi"); fputs("oh", stderr); }';

test("a job's runtime, stages, output and result come as events, and the output comes once", async () => {
  const events = await lines(NATIVE, { language: "c", files: [{ content: C_PROGRAM }] });
  expect(events.map(({ event, stage }) => [event, stage]).filter(([event]) => event !== "output")).toEqual([
    ["runtime", undefined],
    ["stage", "compile"],
    ["exit", "compile"],
    ["stage", "run"],
    ["exit", "run"],
    ["result", undefined],
  ]);
  expect(events[0]).toEqual({ event: "runtime", language: "c", version: expect.any(String) });
  expect([textOf(events, "stdout"), textOf(events, "stderr")]).toEqual(["hi\n", "oh"]);
  const result = events.at(-1);
  expect(result).toMatchObject({ language: "c", compile: { exit_code: 0 }, run: { exit_code: 0 } });
  for (const key of ["stdout", "stderr", "output"]) expect(result.run).not.toHaveProperty(key);
});

test.each(PISTON)("%s streams with Piston's own fields", async (path) => {
  const events = await lines(path, { language: "bash", files: [{ content: "echo hi; exit 3" }] });
  expect(events).toEqual([
    { event: "runtime", language: "bash", version: expect.any(String) },
    { event: "stage", stage: "run" },
    { event: "output", stage: "run", stream: "stdout", data: "hi\n" },
    expect.objectContaining({ event: "exit", stage: "run", code: 3, signal: null, status: "RE" }),
    expect.objectContaining({
      event: "result",
      language: "bash",
      version: expect.any(String),
      run: expect.objectContaining({ code: 3, signal: null, status: "RE" }),
    }),
  ]);
  expect(events.at(-1).run).not.toHaveProperty("stdout");
});

test("server-sent events are read as the standard says", async () => {
  const body = { language: "bash", files: [{ content: "echo one; sleep 0.3; echo two" }] };
  const response = await post(NATIVE, "text/event-stream", body);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const events = (await response.text()).split("\n\n").filter((text) => text !== "");
  const read = events.map((text) => /^event: (.*)\ndata: (.*)$/.exec(text)?.slice(1) ?? [text]);
  expect(read.map(([name]) => name)).toEqual(["runtime", "stage", "output", "output", "exit", "result"]);
  expect(JSON.parse(read[2]?.[1] ?? "")).toEqual({ stage: "run", stream: "stdout", data: "one\n" });
});

test("output arrives while the program still runs, and who hangs up kills it", async () => {
  const caller = new AbortController();
  const body = { language: "bash", files: [{ content: "echo early; sleep 15" }] };
  const response = await post(NATIVE, "application/x-ndjson", body, caller.signal);
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let heard = "";
  while (!heard.includes("early")) heard += (await reader.read()).value;
  expect(await serving.runnerProcesses()).toBeGreaterThan(0);
  caller.abort();
  await until("the program is gone", async () => (await serving.runnerProcesses()) === 0, 2_000);
});

test("what is refused before the first event has its own status and body", async () => {
  const native = await post(NATIVE, "text/event-stream", { language: "nope", files: [{ content: "" }] });
  expect([native.status, await native.json()]).toEqual([
    400,
    expect.objectContaining({ code: "unknown_runtime" }),
  ]);
  const piston = await post("/api/v2/execute", "text/event-stream", { language: "bash" });
  expect([piston.status, await piston.json()]).toEqual([400, { message: "files is required as an array" }]);
});

describe("characters", () => {
  test("a character that the program writes in two pieces arrives as one", async () => {
    const content = "printf 'a\\xc3'; sleep 0.3; printf '\\xa9b'; sleep 0.3; printf '\\xe2\\x82'";
    const events = await lines(NATIVE, { language: "bash", files: [{ content }] });
    const pieces = events.filter(({ event }) => event === "output").map(({ data }) => data);
    expect(pieces).toEqual(["a", "éb", "\ufffd"]);
  });

  test("the limit of output cuts at a whole character", async () => {
    const content = "while :; do printf 'é€%.0s' {1..500}; done";
    const limits = { run: { stdout_bytes: 9_999 } };
    const events = await lines(NATIVE, { language: "bash", files: [{ content }], limits });
    const text = textOf(events, "stdout");
    expect(text).toMatch(/^(é€)*é?$/);
    expect(Buffer.byteLength(text)).toBeGreaterThan(9_995);
    expect(events.at(-1).run).toMatchObject({ cause: "stdout", truncated: { stdout: true } });
  });

  test("output as base64 keeps every byte", async () => {
    const body = {
      language: "bash",
      files: [{ content: "printf '\\xff\\x00\\xc3'" }],
      output_encoding: "base64",
    };
    const events = await lines(NATIVE, body);
    const bytes = events
      .filter(({ event }) => event === "output")
      .map(({ data }) => Buffer.from(data, "base64"));
    expect(Buffer.concat(bytes).toString("hex")).toBe("ff00c3");
  });
});

test("a reader that does not read holds the program back, and gets the whole output afterwards", async () => {
  const bytes = 40_000_000;
  const content = `head -c ${bytes} /dev/zero | tr '\\0' 'x'; echo done >&2`;
  const limits = { run: { wall_time_ms: 60_000, cpu_time_ms: 60_000, stdout_bytes: 1_000_000_000 } };
  const response = await post(NATIVE, "application/x-ndjson", {
    language: "bash",
    files: [{ content }],
    limits,
  });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await serving.runnerProcesses()).toBeGreaterThan(0);
  const text = await response.text();
  expect(text.match(/x/g)?.length).toBeGreaterThanOrEqual(bytes);
  expect(text).toContain('"data":"done\\n"');
});
