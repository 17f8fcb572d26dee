import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { CRANKCASE, type Serving, startServing } from "./serving.ts";

let serving: Serving;
let folder: Awaited<ReturnType<typeof dir>>;

beforeAll(async () => {
  folder = await dir({ unsafeCleanup: true });
  serving = await startServing();
});

afterAll(async () => {
  await serving[Symbol.asyncDispose]();
  await folder.cleanup();
});

interface Given {
  readonly args: readonly string[];
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

async function crankcase({ args, input = "", env = {} }: Given) {
  const { stdout, stderr, exitCode } = await execa(CRANKCASE, args, {
    env: { PATH: process.env.PATH, CRANKCASE_URL: serving.url, ...env },
    extendEnv: false,
    cwd: folder.path,
    input,
    reject: false,
    encoding: "buffer",
    stripFinalNewline: false,
  });
  return { stdout: Buffer.from(stdout), stderr: Buffer.from(stderr).toString(), exitCode };
}

async function program(name: string, content: string): Promise<string> {
  await writeFile(join(folder.path, name), content);
  return name;
}

test("the language is guessed, input and arguments reach the program, its exit code comes back", async () => {
  const file = await program(
    "all.py",
    "import sys\nprint(sys.argv[1:], input())\nprint('err', file=sys.stderr)\nsys.exit(7)",
  );
  const { stdout, stderr, exitCode } = await crankcase({
    args: ["run", file, "a b", "--json", ""],
    input: "line\n",
  });
  expect([stdout.toString(), stderr, exitCode]).toEqual(["['a b', '--json', ''] line\n", "err\n", 7]);
});

test("a language may be named, and its version chosen", async () => {
  const file = await program("print.txt", "import sys; print(sys.version_info[0])");
  expect((await crankcase({ args: ["run", "--version", "3.x", "py", file] })).stdout.toString()).toBe("3\n");
  const none = await crankcase({ args: ["run", "--version", "<3", "python", file] });
  expect([none.exitCode, none.stderr]).toEqual([
    125,
    expect.stringContaining("python-<3 runtime is unknown"),
  ]);
});

test("bytes go through in both directions", async () => {
  const file = await program("cat.sh", "cat");
  const bytes = Buffer.from(Array.from({ length: 1024 }, (_value, index) => index % 256));
  expect((await crankcase({ args: ["run", file], input: bytes })).stdout).toEqual(bytes);
});

test("a signal is 128 and its number; a compile error is the compiler's own code and text", async () => {
  const abort = await program("abort.c", "#include <stdlib.h>\nint main(void) { abort(); }");
  expect(await crankcase({ args: ["run", abort] })).toMatchObject({
    exitCode: 134,
    stderr: "crankcase: run: died of SIGABRT\n",
  });
  const wrong = await program("wrong.c", "int main(void) { return x; }");
  expect(await crankcase({ args: ["run", wrong] })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("‘x’ undeclared"),
  });
});

test("--json prints the whole result, and the exit code is still the program's", async () => {
  const file = await program("three.sh", "echo out; exit 3");
  const { stdout, exitCode } = await crankcase({ args: ["run", "--json", file] });
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout.toString())).toMatchObject({
    language: "bash",
    run: { stdout: "out\n", exit_code: 3 },
  });
});

test("Ctrl-C kills the job and ends the command with 130", async () => {
  const file = await program("long.sh", "sleep 2.5");
  const env = { PATH: process.env.PATH, CRANKCASE_URL: serving.url };
  const running = execa(CRANKCASE, ["run", file], {
    env,
    extendEnv: false,
    cwd: folder.path,
    input: "",
    reject: false,
  });
  await until("the program runs", async () => (await serving.runnerProcesses()) > 0);
  running.kill("SIGINT");
  expect((await running).exitCode).toBe(130);
  await until("the program is gone", async () => (await serving.runnerProcesses()) === 0, 1_000);
});

test("our own failures are 125, the reason and a hint on stderr, nothing on stdout", async () => {
  const file = await program("x.sh", "echo x");
  const unreachable = await crankcase({ args: ["run", "--url", "http://127.0.0.1:9", file] });
  expect(unreachable).toMatchObject({ exitCode: 125, stderr: expect.stringContaining("crankcase serve") });
  expect(unreachable.stdout).toHaveLength(0);
  const missing = await crankcase({ args: ["run", "missing.py"] });
  expect(missing).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining("There is no file missing.py"),
  });
});

test("more than the server takes is told so, again and again, and not as a server that does not answer", async () => {
  const file = await program("cat.sh", "cat");
  for (const _try of [1, 2, 3]) {
    const { exitCode, stderr } = await crankcase({
      args: ["run", file],
      input: Buffer.alloc(12_000_000, "x"),
    });
    expect([exitCode, stderr]).toEqual([
      125,
      expect.stringMatching(/body_limit_bytes|larger than 10485760 bytes/),
    ]);
  }
});

test("what the command line lacks is said, with no stack trace", async () => {
  for (const [args, message] of [
    [["run", "python", "/tmp"], "crankcase: /tmp is a folder; name a file.\n"],
    [["run", "python"], "crankcase: FILE is missing after the language python.\n"],
    [
      ["run", "--url", "localhost:2191", "a.py"],
      "crankcase: --url wants http://HOST:PORT, not localhost:2191\n",
    ],
    [["serve", "--set", "foo"], "crankcase: --set wants KEY=VALUE, not foo\nhint: `crankcase --help`"],
  ] as const) {
    const { exitCode, stderr } = await crankcase({ args });
    expect([exitCode, stderr]).toEqual([125, expect.stringContaining(message)]);
    expect(stderr).not.toContain("    at ");
  }
});

test("a wrong command line is 2, help is 0 and shows examples", async () => {
  expect((await crankcase({ args: ["run"] })).exitCode).toBe(2);
  expect((await crankcase({ args: ["rnu"] })).exitCode).toBe(2);
  for (const args of [["--help"], ["run", "--help"], ["serve", "--help"]]) {
    const { stdout, exitCode } = await crankcase({ args });
    expect([exitCode, stdout.toString()]).toEqual([0, expect.stringContaining("Examples:")]);
  }
});
