import { type AddressInfo, createServer } from "node:net";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isOver, type QueuedJob } from "../../src/api/queued-job.ts";
import { until } from "../support/until.ts";
import { type Running, startRunning } from "./running.ts";
import { CRANKCASE, startServing } from "./serving.ts";

/** Programs that are killed in the middle are to be there until then, also on a busy machine; and more output than a pipe holds. */
const PATIENCE = { limits: { run: { default: { wall_time_ms: 120_000, stdout_bytes: 4_000_000 } } } };

let running: Running;

beforeAll(async () => {
  running = await startRunning(PATIENCE);
  await running.file("hello.sh", "echo hello; echo oops >&2; exit 3");
  await running.file("echo.sh", 'echo "$1"; cat');
  await running.file("long.sh", "echo started; sleep 3; echo ended");
  await running.file("longer.sh", "echo started; sleep 8; echo ended");
  await running.file("endless.sh", "echo started; sleep 100");
});

afterAll(async () => {
  await running[Symbol.asyncDispose]();
});

async function crankcase(...args: readonly string[]) {
  const { stdout, stderr, exitCode } = await running.start({ args });
  return { stdout: String(stdout), stderr: String(stderr), exitCode };
}

/** A port that nobody has now: a server that takes any has another one after its death. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Submits and gives the id. */
async function submitted(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await crankcase("submit", ...args);
  expect([stderr, exitCode]).toEqual(["", 0]);
  return stdout;
}

async function over(id: string): Promise<void> {
  const state = async () => {
    const answer = await fetch(`${running.serving.url}/api/crankcase/v1/jobs/${id}?wait=5`);
    return ((await answer.json()) as QueuedJob).state;
  };
  await until("the job is over", async () => isOver(await state()));
}

test("submit prints an id; jobs tells how it ended, and logs what was written", async () => {
  const id = await submitted("hello.sh");
  expect(id).toMatch(/^\S+$/);
  await over(id);
  const told = await crankcase("jobs", id);
  expect(told).toMatchObject({ exitCode: 0, stderr: "" });
  expect(told.stdout).toMatch(/^state +done$/m);
  expect(told.stdout).toMatch(/^end +exit code 3$/m);
  expect(await crankcase("logs", id)).toEqual({ stdout: "hello", stderr: "oops", exitCode: 0 });
  expect(await crankcase("logs", "--follow", id)).toEqual({ stdout: "hello", stderr: "oops", exitCode: 0 });
});

test("arguments and piped input reach the program, and --wait has its output and its exit code", async () => {
  const { stdout, stderr, exitCode } = await running.start({
    args: ["submit", "--wait", "echo.sh", "a b"],
    input: "piped",
  });
  expect([stdout, stderr, exitCode]).toEqual([
    "a b\npiped",
    expect.stringMatching(/^crankcase: job \S+$/),
    0,
  ]);
  expect((await crankcase("submit", "--wait", "hello.sh")).exitCode).toBe(3);
});

test("a second submission with the same key is the first one's job", async () => {
  const id = await submitted("--idempotency-key", "once", "hello.sh");
  const again = await crankcase("submit", "--idempotency-key", "once", "hello.sh");
  expect(again).toMatchObject({ stdout: id, exitCode: 0 });
  expect(again.stderr).toContain("crankcase: submitted before: ");
});

test("--each makes a job of every file, and waits for all", async () => {
  const { stdout, exitCode } = await crankcase("submit", "--each", "--wait", "hello.sh", "echo.sh");
  expect(exitCode).toBe(0);
  const rows = stdout.split("\n");
  expect(rows).toHaveLength(3);
  expect(rows[1]).toMatch(/done .* exit code 3$/);
  expect(rows[2]).toMatch(/done .* exit code 0$/);
});

test("the jobs are listed, by state too; one that nobody knows is told", async () => {
  const id = await submitted("hello.sh");
  await over(id);
  const all = await crankcase("jobs", "--state", "done", "--limit", "1");
  expect(all.stdout.split("\n")).toEqual([
    expect.stringMatching(/^ID +STATE/),
    expect.stringMatching(new RegExp(`^${id} +done +bash `)),
  ]);
  const unknown = await crankcase("jobs", id, "no-such-job");
  expect(unknown).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("there is no job no-such-job"),
  });
  expect((await crankcase("logs", "no-such-job")).exitCode).toBe(1);
});

test("of a running job what is written so far is printed, and it is killed by cancel", async () => {
  const id = await submitted("endless.sh");
  await until("it has started", async () => (await crankcase("logs", id)).stdout === "started");
  expect(await crankcase("cancel", id)).toMatchObject({ stdout: expect.stringContaining(id), exitCode: 0 });
  await over(id);
  expect((await crankcase("jobs", id)).stdout).toMatch(/^state +cancelled$/m);
  const again = await crankcase("cancel", id);
  expect([again.exitCode, again.stderr]).toEqual([0, ""]);
  expect(await crankcase("cancel", "no-such-job")).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining("there is no job no-such-job"),
  });
});

test("what is followed while it runs is shown whole", async () => {
  const id = await submitted("long.sh");
  expect(await crankcase("logs", "--follow", id)).toEqual({
    stdout: "started\nended",
    stderr: "",
    exitCode: 0,
  });
});

test("a server that dies is waited for, and what it runs again is shown again", async () => {
  await using server = await startServing({ ...PATIENCE, port: await freePort() });
  const env = { CRANKCASE_URL: server.url };
  const { stdout: id } = await running.start({ args: ["submit", "--retry", "1", "longer.sh"], env });
  const following = running.start({ args: ["logs", "--follow", String(id)], env });
  let shown = "";
  following.stdout.on("data", (text) => {
    shown += text;
  });
  await until("it has started", () => shown.includes("started"));
  process.kill(server.child("daemon"), "SIGKILL");
  const { stdout, stderr, exitCode } = await following;
  expect([stdout, exitCode]).toEqual(["started\nstarted\nended", 0]);
  expect(stderr).toBe("crankcase: the server went away; waiting for it");
});

test("jobs --watch shows a job again until it is over, and where its end is told", async () => {
  const secret = { CRANKCASE_CALLBACK_SECRET: "0123456789abcdef" };
  const args = ["submit", "--callback", "https://callback.invalid/", "hello.sh"];
  const { stdout: id } = await running.start({ args, env: secret });
  const { stdout, exitCode } = await crankcase("jobs", "--watch", String(id));
  expect([stdout, exitCode]).toEqual([
    expect.stringMatching(/^state +done\n(.*\n)*callback +\w+ after \d+ tries/m),
    0,
  ]);
});

test("a reader that leaves ends the command without a word", async () => {
  await running.file("much.sh", "seq 200000");
  const id = await submitted("much.sh");
  await over(id);
  const line = `"$0" logs "$1" | head -1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await execa("bash", ["--norc", "-c", line, CRANKCASE, id], {
    env: { PATH: process.env.PATH, CRANKCASE_URL: running.serving.url },
    extendEnv: false,
  });
  expect([stdout, stderr]).toEqual(["1\n141", ""]);
});

test("a job that is refused is told as by run", async () => {
  const { exitCode, stderr } = await crankcase("submit", "--version", "<3", "hello.sh");
  expect([exitCode, stderr]).toEqual([125, expect.stringContaining("runtime is unknown")]);
});
