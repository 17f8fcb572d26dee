import { expect, test } from "vitest";
import type { JobResult, StageResult } from "../../src/api/job-result.ts";
import { runOutcome } from "../../src/cli/run-outcome.ts";
import { HI, sampleResult } from "../api/sample-server.ts";

/** A stage as the CLI asks for it: output in base64. */
function stage(changes: Partial<StageResult> = {}): StageResult {
  const { stdout, stderr, ...rest } = { ...HI, ...changes };
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return { ...rest, stdout: base64(stdout), stderr: base64(stderr), output: base64(stdout + stderr) };
}

function shown(stages: Pick<JobResult, "compile" | "run">) {
  const { stdout, stderr, exitCode } = runOutcome(sampleResult(stages));
  return { stdout: stdout.toString(), stderr: stderr.toString(), exitCode };
}

test("the program's streams and exit code are the command's", () => {
  const run = stage({ stdout: "out", stderr: "err", exit_code: 5 });
  expect(shown({ run })).toEqual({ stdout: "out", stderr: "err", exitCode: 5 });
});

test("what the compiler says goes to stderr", () => {
  const compile = stage({ stdout: "note, ", stderr: "warning\n" });
  expect(shown({ compile, run: stage() })).toEqual({
    stdout: "hi\n",
    stderr: "note, warning\n",
    exitCode: 0,
  });
});

test("a program that does not compile exits with the compiler's code, and we say that it did not compile", () => {
  const compile = stage({ stdout: "", stderr: "error\n", exit_code: 1 });
  expect(shown({ compile })).toEqual({
    stdout: "",
    stderr: "error\ncrankcase: compile failed\n",
    exitCode: 1,
  });
});

test.each([
  ["SIGSEGV", 139],
  ["SIGKILL", 137],
  ["SIGTERM", 143],
])("death by %s is exit code %i, with a word of ours", (signal, exitCode) => {
  const run = stage({ exit_code: null, signal, cause: "signaled", message: `died of ${signal}` });
  expect(shown({ run })).toEqual({ stdout: "hi\n", stderr: `crankcase: run: died of ${signal}\n`, exitCode });
});

test("a limit is told on stderr, with the code of the kill", () => {
  const limit = {
    exit_code: null,
    signal: "SIGKILL",
    cause: "wall_time",
    message: "wall time limit exceeded",
  } as const;
  expect(shown({ compile: stage({ ...limit, stdout: "" }) })).toEqual({
    stdout: "",
    stderr: "crankcase: compile: wall time limit exceeded\n",
    exitCode: 137,
  });
});
