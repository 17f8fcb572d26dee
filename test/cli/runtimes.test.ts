import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Running, startRunning } from "./running.ts";
import { CRANKCASE } from "./serving.ts";

let running: Running;

beforeAll(async () => {
  running = await startRunning();
});

afterAll(async () => {
  await running[Symbol.asyncDispose]();
});

async function runtimes(...args: string[]) {
  const { stdout, stderr, exitCode } = await running.start({ args: ["runtimes", ...args] });
  return { stdout, stderr, exitCode };
}

test("every language is listed with version and other names, and the list can be narrowed", async () => {
  const all = await runtimes();
  expect(all.stdout).toMatch(/^bash +\d/m);
  expect(all.stdout).toMatch(/^python +3\.\S+ +.*\bpy\b/m);
  const one = await runtimes("py");
  expect(one.stdout.split("\n")).toHaveLength(1);
  expect(one.stdout).toMatch(/^python /);
});

test("--json is the server's own list", async () => {
  const [first] = JSON.parse((await runtimes("--json", "python")).stdout);
  expect(first).toMatchObject({ language: "python", file_endings: expect.arrayContaining([".py"]) });
});

test("a name that is none is told, with what was probably meant", async () => {
  expect(await runtimes("pythn")).toEqual({
    stdout: "",
    stderr: expect.stringContaining("no installed language is called pythn. Did you mean python?"),
    exitCode: 1,
  });
});

test.each([
  ["a reader that has left", '"$0" runtimes | { exec <&-; sleep 2; }', "141", ""],
  [
    "a full disk",
    '"$0" runtimes >/dev/full | cat',
    "125",
    "crankcase: output is lost: ENOSPC: no space left on device, write\n",
  ],
])("output that is lost to %s ends a command in order", async (_what, line, code, said) => {
  const { stdout, stderr } = await execa(
    "bash",
    ["--norc", "-c", `${line}; echo "\${PIPESTATUS[0]}"`, CRANKCASE],
    {
      env: { PATH: process.env.PATH, CRANKCASE_URL: running.serving.url },
      extendEnv: false,
      stripFinalNewline: false,
    },
  );
  expect([stdout, stderr]).toEqual([`${code}\n`, said]);
});
