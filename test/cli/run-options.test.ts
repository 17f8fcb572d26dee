import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { type Running, startRunning } from "./running.ts";
import { CRANKCASE } from "./serving.ts";

let running: Running;

beforeAll(async () => {
  running = await startRunning({ limits: { run: { maximum: { wall_time_ms: 60_000 } } } });
});

afterAll(async () => {
  await running[Symbol.asyncDispose]();
});

async function crankcase(args: readonly string[], input = "", env = {}) {
  const { stdout, stderr, exitCode } = await running.start({ args, input, env });
  return { stdout, stderr, exitCode };
}

test("output comes while the program still runs", async () => {
  const file = await running.file("slow.sh", "echo first; read -t 50 < /dev/zero; sleep 50");
  const run = running.start({ args: ["run", "--timeout", "1m", file] });
  let seen = "";
  run.stdout.on("data", (chunk) => {
    seen += String(chunk);
  });
  await until("the first line is there", () => seen === "first\n", 20_000);
  run.kill("SIGINT");
  expect((await run).exitCode).toBe(130);
});

test("a version may stand behind the language, and be named in Piston's way", async () => {
  const file = await running.file("version.py", "import sys; print(sys.version_info[0])");
  expect((await crankcase(["run", "python@3.x", file])).stdout).toBe("3");
  expect((await crankcase(["run", "-l", "3.x", "python", file])).stdout).toBe("3");
  for (const args of [["python@<3"], ["--language-version", "<3", "python"]]) {
    const { exitCode, stderr } = await crankcase(["run", ...args, file]);
    expect([exitCode, stderr]).toEqual([125, expect.stringContaining("python-<3 runtime is unknown")]);
  }
});

test("more files come along, by their last name, another name, or with their folder", async () => {
  await running.file("lib/sub/a.py", "A = 'a'");
  await running.file("other/b.py", "B = 'b'");
  await running.file("other/data", "d");
  const file = await running.file(
    "main.py",
    "import b\nfrom lib.sub.a import A\nprint(A, b.B, open('in/data.txt').read())",
  );
  const more = ["--file", "lib", "-f", "other/b.py", "--files", "other/data=in/data.txt"];
  expect(await crankcase(["run", ...more, file])).toEqual({ stdout: "a b d", stderr: "", exitCode: 0 });
  const none = await crankcase(["run", "-f", "none.py", file]);
  expect([none.exitCode, none.stderr]).toEqual([125, expect.stringContaining("none.py cannot be read")]);
});

test("variables, standard input and limits are given, and what was used is told", async () => {
  await running.file("input.txt", "from a file");
  const file = await running.file(
    "env.py",
    "import os\nprint(os.environ['ONE'], os.environ['TWO'], input())",
  );
  const options = ["--env", "ONE=1=1", "-e", "TWO", "--stdin", "input.txt", "-s"];
  const { stdout, stderr } = await crankcase(["run", ...options, file], "", { TWO: "2" });
  expect(stdout).toBe("1=1 2 from a file");
  expect(stderr).toMatch(/^crankcase: python [\d.]+\ncrankcase: run: started\ncrankcase: run: exit code 0; /);
  const limits = ["-r", "2500", "--memory", "64m", "--cpu-time", "1s", "-c", "5s", "--json"];
  const echo = await running.file("echo.sh", "echo");
  const { limits: used } = JSON.parse((await crankcase(["run", ...limits, echo])).stdout);
  expect(used.run).toMatchObject({ wall_time_ms: 2500, memory_bytes: 67_108_864, cpu_time_ms: 1000 });
  const sleeps = await running.file("sleeps.sh", "sleep 9");
  expect(await crankcase(["run", "--timeout", "200ms", sleeps])).toMatchObject({
    exitCode: 137,
    stderr: expect.stringContaining("crankcase: run: "),
  });
});

test("files that the program wrote are brought back, below the named folder only", async () => {
  const file = await running.file(
    "writes.sh",
    "mkdir -p out/deep; echo one > out/deep/1.txt; echo two > 2.txt",
  );
  const options = ["--artifacts", "out/**", "--artifacts", "*.txt", "-o", "back"];
  expect((await crankcase(["run", ...options, file])).exitCode).toBe(0);
  expect(await readFile(join(running.folder, "back/out/deep/1.txt"), "utf8")).toBe("one\n");
  expect(await readFile(join(running.folder, "back/2.txt"), "utf8")).toBe("two\n");

  await running.file("trap/keep", "");
  await running.file("back3/keep", "");
  await symlink(join(running.folder, "trap"), join(running.folder, "back3/out"));
  const linked = await crankcase(["run", "--artifacts", "out/**", "-o", "back3", file]);
  expect([linked.exitCode, linked.stderr]).toEqual([
    125,
    expect.stringContaining("is no folder, or a link elsewhere"),
  ]);
  expect(await readdir(join(running.folder, "trap"))).toEqual(["keep"]);
});

test("options that exclude each other, and values that are none, are told", async () => {
  const file = await running.file("x.sh", "echo");
  for (const [args, message] of [
    [["-i", "--json"], "--interactive goes with none of"],
    [["--artifacts", "*"], "--artifacts wants --output-dir DIR"],
    [["-o", "x"], "--output-dir wants --artifacts"],
    [["-r", "fast"], "such as 2.5s, not fast"],
    [["--memory", "2x"], "such as 256m, not 2x"],
    [["--env", "NOT_SET_HERE"], "--env wants NAME=VALUE"],
    [["--key-file", "none"], "--key-file cannot be read"],
  ] as const) {
    const { exitCode, stderr } = await crankcase(["run", ...args, file]);
    expect([exitCode, stderr]).toEqual([125, expect.stringContaining(message)]);
  }
});

test("--watch runs again when the file is written or replaced, and a run that goes on is ended by that", async () => {
  const file = await running.file("watched.sh", "echo one; sleep 50");
  const run = running.start({ args: ["run", "--watch", "-r", "1m", file] });
  let seen = "";
  run.stdout.on("data", (chunk) => {
    seen += String(chunk);
  });
  await until("the first run speaks", () => seen.includes("one"), 20_000);
  await running.file("watched.sh", "echo two");
  await until("the second run speaks", () => seen.includes("two"), 20_000);
  await running.file("new.sh", "echo three; exit 4");
  await execa("mv", ["new.sh", "watched.sh"], { cwd: running.folder });
  await until("the third run speaks", () => seen.includes("three"), 20_000);
  await until("nothing runs", async () => (await running.serving.runnerProcesses()) === 0);
  run.kill("SIGINT");
  const { exitCode, stderr } = await run;
  expect([exitCode, stderr]).toEqual([
    130,
    expect.stringContaining("crankcase: exit code 4; waiting for a change"),
  ]);
});

test("a reader that leaves ends the run as SIGPIPE would", async () => {
  const file = await running.file("yes.sh", "while :; do echo y; done");
  const line = `"$1" run "$2" | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await execa("bash", ["--norc", "-c", line, "bash", CRANKCASE, file], {
    env: { PATH: process.env.PATH, CRANKCASE_URL: running.serving.url },
    extendEnv: false,
    cwd: running.folder,
    input: "",
    reject: false,
  });
  expect([stdout, stderr]).toEqual(["y\n141", ""]);
});
