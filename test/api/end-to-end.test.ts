import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";

let serving: Serving;

beforeAll(async () => {
  serving = await startServing({ slots: 8, queue_bound: 200 });
});

afterAll(() => serving[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  readonly body: any;
}

async function execute(body: object, url = serving.url): Promise<Answer> {
  const response = await fetch(`${url}/api/v2/execute`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(25_000),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    body: await response.json(),
  };
}

function python(content: string, rest: object = {}) {
  return execute({ language: "python", version: "*", files: [{ content }], ...rest });
}

test("a Python program reads its input and prints, and its times and memory are real", async () => {
  const { status, body } = await python("print(input())", { stdin: "hi" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ language: "python", version: expect.stringMatching(/^3\./) });
  expect(body.run).toMatchObject({
    stdout: "hi\n",
    stderr: "",
    output: "hi\n",
    code: 0,
    signal: null,
    status: null,
  });
  expect(body.run.cpu_time).toBeGreaterThan(0);
  expect(body.run.wall_time).toBeGreaterThan(0);
  expect(body.run.memory).toBeGreaterThan(1_000_000);
  expect(body).not.toHaveProperty("compile");
});

test.each([
  ["bash", 'read -r line; echo "$line from bash"'],
  ["javascript", "console.log(require('fs').readFileSync(0, 'utf8').trim() + ' from javascript')"],
])("%s runs", async (language, content) => {
  const { body } = await execute({ language, version: "*", files: [{ content }], stdin: "hi" });
  expect(body.run).toMatchObject({ stdout: `hi from ${language}\n`, code: 0 });
});

test.each([
  ["c", '#include <stdio.h>\nint main(void) { char s[9]; scanf("%8s", s); printf("%s from c\\n", s); }'],
  [
    "c++",
    '#include <iostream>\nint main() { std::string s; std::cin >> s; std::cout << s << " from c++\\n"; }',
  ],
])("%s is compiled and runs", async (language, content) => {
  const { body } = await execute({ language, version: "*", files: [{ content }], stdin: "hi" });
  expect(body.compile).toMatchObject({ code: 0, status: null });
  expect(body.run).toMatchObject({ stdout: `hi from ${language}\n`, code: 0 });
});

test("a compile error comes back whole, and as the run too", async () => {
  const wrong = Array.from({ length: 40 }, (_value, index) => `int f${index}(void) { return x${index}; }`);
  const { body } = await execute({
    language: "c",
    version: "*",
    files: [{ name: "wrong.c", content: wrong.join("\n") }],
  });
  expect(body.compile).toMatchObject({ code: 1, signal: null, status: "RE", stdout: "" });
  for (const index of wrong.keys()) expect(body.compile.stderr).toContain(`‘x${index}’ undeclared`);
  expect(body.run).toEqual(body.compile);
});

test("files, folders, arguments and bytes arrive intact", async () => {
  const source = `
import sys, json, pkg.part
data = open("data/blob", "rb").read().hex()
print(json.dumps({"args": sys.argv[1:], "data": data, "part": pkg.part.NAME, "box": open("/box/args.args").read()}))`;
  const files = [
    { name: "data/blob", content: "00ff80", encoding: "hex" },
    { name: "main.py", content: source },
    { name: "pkg/part.py", content: 'NAME = "ünï"' },
  ];
  const args = ["two words", "", "*", "$HOME", "ünï", "--flag"];
  const { body } = await execute({ language: "python", version: "*", files, args });
  expect(JSON.parse(body.run.stdout)).toEqual({
    args,
    data: "00ff80",
    part: "ünï",
    box: args.map((arg) => `${arg}\n`).join(""),
  });
});

test.each([
  [
    "import time\nprint('before', flush=True)\ntime.sleep(60)",
    { run_timeout: 500 },
    "TO",
    "wall time limit exceeded",
  ],
  ["print('before', flush=True)\nwhile True: pass", { run_cpu_time: 300 }, "TO", "CPU time limit exceeded"],
  [
    "print('before', flush=True)\nx = bytearray(10**9)",
    { run_memory_limit: 100_000_000 },
    "SG",
    "memory limit exceeded",
  ],
])("%j is stopped and told as it was", async (content, limits, status, message) => {
  const { body } = await python(content, limits);
  expect(body.run).toMatchObject({ stdout: "before\n", code: null, signal: "SIGKILL", status, message });
});

test("a flood of output keeps what came before its limit, up to a whole character", async () => {
  const { body } = await python("while True: print('é' * 999, end='')");
  expect(body.run).toMatchObject({ status: "OL", signal: "SIGKILL", code: null });
  expect(body.run.stdout).toMatch(/^é+$/);
  expect(Buffer.byteLength(body.run.stdout)).toBe(65_536);
});

test("200 concurrent requests all answer, each with its own nonce", { timeout: 60_000 }, async () => {
  const nonces = Array.from({ length: 200 }, (_value, index) => `nonce-${index}-${Math.random()}`);
  const answers = await Promise.all(
    nonces.map((nonce) => execute({ language: "bash", version: "*", files: [{ content: `echo ${nonce}` }] })),
  );
  expect(answers.map(({ status }) => status)).toEqual(nonces.map(() => 200));
  expect(answers.map(({ body }) => body.run.stdout)).toEqual(nonces.map((nonce) => `${nonce}\n`));
  expect(await serving.runnerProcesses()).toBe(0);
});

test("a program whose caller leaves is killed, and its slot is free again", async () => {
  const caller = new AbortController();
  const call = fetch(`${serving.url}/api/v2/execute`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ language: "bash", files: [{ content: "sleep 2.5" }] }),
    signal: caller.signal,
  });
  await until("the program runs", async () => (await serving.runnerProcesses()) > 0);
  caller.abort();
  await expect(call).rejects.toThrow();
  await until("the program is gone", async () => (await serving.runnerProcesses()) === 0, 1_000);
  await until("the slot is free", async () => (await health()).running === 0, 1_000);
});

test("the log tells ids, languages and causes, and nothing that users wrote or programs printed", async () => {
  await python("print('wrote-this'); raise SystemExit('told-that')", {
    stdin: "read-this",
    args: ["given-this"],
  });
  const log = serving.log.join("\n");
  expect(log).toContain('"language":"python"');
  for (const secret of ["wrote-this", "told-that", "read-this", "given-this"])
    expect(log).not.toContain(secret);
});

async function runJob(job: object): Promise<Answer> {
  const response = await fetch(`${serving.url}/api/crankcase/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(job),
  });
  return { status: response.status, retryAfter: null, body: await response.json() };
}

test("the least limits that may be asked for, the deepest file and the last inode are enough to run", async () => {
  const deepest = `${"d/".repeat(60)}file`;
  const files = [{ content: `cat ${deepest}` }, { name: deepest, content: "found" }];
  const least = { job: { disk_bytes: 1_048_576, inodes: 69 }, run: { processes: 2 } };
  expect(await runJob({ language: "bash", files: [{ content: "echo hi" }], limits: least })).toMatchObject({
    status: 200,
    body: { run: { stdout: "hi\n" } },
  });
  const wide = { job: least.job };
  expect(await runJob({ language: "bash", files, limits: wide })).toMatchObject({
    status: 200,
    body: { run: { stdout: "found" } },
  });
  const fewer = { job: { ...least.job, inodes: 68 } };
  expect(await runJob({ language: "bash", files, limits: fewer })).toMatchObject({
    status: 400,
    body: { code: "submission_too_large" },
  });
  const deeper = [{ content: "" }, { name: `d/${deepest}`, content: "" }];
  expect(await runJob({ language: "bash", files: deeper })).toMatchObject({
    status: 400,
    body: { code: "invalid_file_name", field: "files[1].name" },
  });
});

test("past the queue's bound callers are told to come again, and nobody hangs", {
  timeout: 60_000,
}, async () => {
  await using small = await startServing({ slots: 2, queue_bound: 50 });
  const nonces = Array.from({ length: 200 }, (_value, index) => `nonce-${index}`);
  const content = (nonce: string) => `sleep 0.1; echo ${nonce}`;
  const answers = await Promise.all(
    nonces.map((nonce) => execute({ language: "bash", files: [{ content: content(nonce) }] }, small.url)),
  );
  const served = answers.flatMap(({ status, body }, index) =>
    status === 200 ? [[nonces[index], body]] : [],
  );
  const refused = answers.filter(({ status }) => status === 503);
  expect(served.length + refused.length).toBe(200);
  expect(served.length).toBeGreaterThanOrEqual(52);
  expect(refused.length).toBeGreaterThan(0);
  for (const [nonce, body] of served) expect(body.run.stdout).toBe(`${nonce}\n`);
  for (const { retryAfter, body } of refused) {
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(body).toEqual({ message: expect.any(String) });
  }
});

async function health(): Promise<{ running: number }> {
  return (await (await fetch(`${serving.url}/healthz`)).json()) as { running: number };
}
