import { chmod, chown, cp, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import { isAlive } from "../support/is-alive.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { until } from "../support/until.ts";
import { openKept } from "./kept-connection.ts";
import { CRANKCASE, type Serving, startServing } from "./serving.ts";

function execute({ url }: Serving, content: string): Promise<Response> {
  return fetch(`${url}/api/v2/execute`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ language: "bash", files: [{ content }] }),
    signal: AbortSignal.timeout(20_000),
  });
}

/** Fills every slot with a job that would last, and waits until all of them run. */
async function fillSlots(serving: Serving): Promise<Promise<Response | Error>[]> {
  const jobs = Array.from({ length: serving.slots }, () =>
    execute(serving, "sleep 2.8; echo done").catch((error: Error) => error),
  );
  await until("every slot runs a job", async () => (await serving.runnerProcesses()) >= serving.slots);
  return jobs;
}

async function answers(serving: Serving): Promise<boolean> {
  const response = await execute(serving, "echo again").catch(() => null);
  return response?.status === 200 && (await response.text()).includes("again");
}

test("a daemon that is killed leaves no process of its jobs, and a new one serves", async () => {
  await using serving = await startServing();
  const jobs = await fillSlots(serving);
  const port = new URL(serving.url).port;
  process.kill(serving.child("daemon"), "SIGKILL");
  await until("every job is dead", async () => (await serving.runnerProcesses()) === 0, 1_000);
  for (const job of jobs) expect(await job).toBeInstanceOf(Error);
  const ready = () => serving.log.filter((line) => line.includes('"ready"')).length;
  await until("a new daemon is ready", () => ready() === 2);
  expect(port).not.toBe("0");
  const last = JSON.parse(serving.log.findLast((line) => line.includes('"ready"')) ?? "{}");
  expect(await answers({ ...serving, url: last.url })).toBe(true);
});

test("a jailer that is killed takes its jobs along, and a new one works within a second", async () => {
  await using serving = await startServing();
  const jobs = await fillSlots(serving);
  process.kill(serving.child("jailer"), "SIGKILL");
  await until("every job is dead", async () => (await serving.runnerProcesses()) === 0, 1_000);
  await until("jobs run again", () => answers(serving), 1_000);
  for (const job of jobs) expect(await job).toMatchObject({ status: 500 });
});

test("asked to stop, it lets running and waiting jobs finish, tells healthz, and ends with 0", async () => {
  await using serving = await startServing({ slots: 1 });
  const open = await openKept(serving.url);
  const jobs = ["first", "second"].map((word) => execute(serving, `sleep 1; echo ${word}`));
  await until("the job runs", async () => (await serving.runnerProcesses()) > 0);
  process.kill(serving.pid, "SIGTERM");
  await until("the daemon stops", () => serving.log.some((line) => line.includes('"stopping"')));
  expect(await open.get("/healthz")).toMatchObject({ status: 503, connection: "close" });
  await expect(fetch(serving.url)).rejects.toThrow();
  for (const job of jobs) expect((await job).status).toBe(200);
  expect(await serving.exit).toBe(0);
});

test("asked to stop, it answers a request that comes later on a connection that it has accepted", async () => {
  await using serving = await startServing();
  const open = await openKept(serving.url);
  process.kill(serving.pid, "SIGTERM");
  await sleep(500);
  expect(await open.get("/api/v2/runtimes")).toMatchObject({ status: 200, connection: "close" });
  expect(await serving.exit).toBe(0);
});

test("asked to stop, it ends at once without connections, and closes those that stay idle", async () => {
  const timesMs: number[] = [];
  for (const idle of [0, 1]) {
    await using serving = await startServing();
    if (idle > 0) await openKept(serving.url);
    const start = performance.now();
    process.kill(serving.pid, "SIGTERM");
    expect(await serving.exit).toBe(0);
    timesMs.push(performance.now() - start);
  }
  expect(timesMs[0]).toBeLessThan(1_000);
  expect(timesMs[1]).toBeLessThan(3_000);
});

test("jobs that outlast the grace are killed and told so", async () => {
  await using serving = await startServing({ shutdown_grace_ms: 200 });
  const running = execute(serving, "sleep 2.8");
  await until("the job runs", async () => (await serving.runnerProcesses()) > 0);
  process.kill(serving.pid, "SIGTERM");
  expect((await running).status).toBe(503);
  expect(await serving.exit).toBe(0);
  expect(await serving.runnerProcesses()).toBe(0);
});

test("a parent that is killed leaves neither child nor job behind", async () => {
  await using serving = await startServing({ shutdown_grace_ms: 100 });
  const jobs = await fillSlots(serving);
  const children = [serving.child("jailer"), serving.child("daemon")];
  process.kill(serving.pid, "SIGKILL");
  await until("both children are gone", () => children.every((pid) => !isAlive(pid)), 5_000);
  await Promise.all(jobs);
  expect(await serving.runnerProcesses()).toBe(0);
});

test("a child that dies at once again and again ends the start with a clear message", async () => {
  await expect(startServing({ jailer_path: "/bin/false" })).rejects.toThrow(
    /The jailer died 5 times within 10 seconds \(the last time: exit code 1\)/,
  );
});

test("a jailer whose instance another one holds ends the start at once, and what mends it is told", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  const refusing = join(path, "jailer");
  await writeFile(refusing, "#!/bin/sh\nexit 3\n", { mode: 0o755 });
  const failure = await startServing({ jailer_path: refusing }).catch((error: Error) => error.message);
  await cleanup();
  expect(failure).toMatch(
    /Another jailer holds the instance test-.* or the runners' uids from \d+ on\. Stop/,
  );
  expect(String(failure).match(/child started/g)).toHaveLength(1);
});

test("a second server on the same run folder refuses to start and leaves the first one's jobs alone", async () => {
  await using serving = await startServing({ limits: { run: { default: { wall_time_ms: 20_000 } } } });
  const running = execute(serving, "sleep 5; cat /box/submission/*");
  await until("the job runs", async () => (await serving.runnerProcesses()) > 0);
  const second = await execa(CRANKCASE, ["serve", "--config", serving.configFile], {
    env: { PATH: process.env.PATH },
    extendEnv: false,
    reject: false,
    timeout: 20_000,
  });
  expect([second.exitCode, second.stdout + second.stderr]).toEqual([
    125,
    expect.not.stringContaining('"daemon"'),
  ]);
  expect(await (await running).json()).toMatchObject({ run: { stdout: expect.stringContaining("sleep 5") } });
});

interface Start {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
}

/** Starts a server that should refuse to, and gives back what it says. */
async function refusal({ args = [], env = {}, uid }: Start) {
  const { exitCode, stderr } = await execa(CRANKCASE, ["serve", "--port", "0", ...args], {
    env: { PATH: process.env.PATH, ...env },
    extendEnv: false,
    reject: false,
    timeout: 20_000,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { exitCode, stderr };
}

test.each<[string, Start, RegExp]>([
  [
    "a key that is not known",
    { args: ["--set", "portt=1"] },
    /portt: there is no such setting. Did you mean port\?/,
  ],
  ["a variable that is not known", { env: { CRANKCASE_PROT: "1" } }, /Did you mean CRANKCASE_PORT\?/],
  ["a network for jobs", { env: { PISTON_DISABLE_NETWORKING: "false" } }, /jobs never have a network here/],
  ["a daemon as root", { env: { CRANKCASE_USER: "0" } }, /must not run as root/],
  ["a user that nobody is", { env: { CRANKCASE_USER: "nobody-at-all" } }, /useradd --system/],
  [
    "a jailer that was not built",
    { env: { CRANKCASE_USER: "74000", CRANKCASE_JAILER_PATH: "/nowhere" } },
    /make -C jailer/,
  ],
  [
    "a file that is not there",
    { args: ["--config", "/nowhere.yaml"] },
    /nowhere.yaml: the file cannot be read/,
  ],
])("%s stops the start with the reason", async (_what, start, reason) => {
  const { exitCode, stderr } = await refusal(start);
  expect([exitCode, stderr]).toEqual([125, expect.stringMatching(reason)]);
});

test("a project that the daemon's user cannot read stops the start with the reason", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  await cp(join(PROJECT_DIR, "package.json"), join(path, "package.json"));
  await cp(join(PROJECT_DIR, "bin"), join(path, "bin"), { recursive: true });
  for (const name of ["src", "node_modules"]) await symlink(join(PROJECT_DIR, name), join(path, name));
  await chmod(path, 0o700);
  const env = { PATH: process.env.PATH, CRANKCASE_USER: "74000" };
  const options = { env, extendEnv: false, reject: false, timeout: 20_000 } as const;
  const main = ["--preserve-symlinks", "--preserve-symlinks-main", join(path, "src/cli/main.ts")];
  const { exitCode, stderr } = await execa(process.execPath, [...main, "serve"], options);
  await cleanup();
  expect([exitCode, stderr]).toEqual([125, expect.stringContaining(`cannot read ${path}`)]);
});

test("without root and without a jailer it says how to start both", async () => {
  const uid = 74_950;
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  await chown(path, uid, uid);
  const env = {
    CRANKCASE_RUN_DIR: "/nowhere",
    CRANKCASE_STATE_DIR: path,
    CRANKCASE_KEYS_FILE: `${path}/keys.json`,
  };
  const { exitCode, stderr } = await refusal({ env, uid });
  await cleanup();
  expect(exitCode).toBe(125);
  expect(stderr).toMatch(
    /No jailer listens on \/nowhere\/jailer.sock. Start both with `sudo crankcase serve`/,
  );
});

test("definitions that are refused are told at once, whether there is a jailer or not", async () => {
  const uid = 74_951;
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  await chown(path, uid, uid);
  await writeFile(join(path, "python.yaml"), "language: [");
  const env = {
    CRANKCASE_RUN_DIR: "/nowhere",
    CRANKCASE_STATE_DIR: path,
    CRANKCASE_RUNTIMES_DIR: path,
    CRANKCASE_KEYS_FILE: `${path}/keys.json`,
  };
  const { exitCode, stderr } = await refusal({ env, uid });
  await cleanup();
  expect(exitCode).toBe(125);
  expect(stderr).toContain(`${path}/python.yaml: it is not YAML`);
});
