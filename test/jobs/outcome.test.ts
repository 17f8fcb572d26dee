import { expect, test } from "vitest";
import { stageResult, succeeded } from "../../src/jobs/outcome.ts";
import type { OutputChunk } from "../../src/jobs/output.ts";
import { CLEAN } from "./fake-jail.ts";

function out(data: string | Buffer): OutputChunk {
  return { stream: "stdout", data: Buffer.from(data) };
}

function err(data: string | Buffer): OutputChunk {
  return { stream: "stderr", data: Buffer.from(data) };
}

test("output is both streams in the order in which they arrived", () => {
  const result = stageResult(CLEAN, [out("a"), err("b"), out("c")], "utf8");
  expect(result).toMatchObject({ stdout: "ac", stderr: "b", output: "abc", message: null, exit_code: 0 });
  expect(succeeded(result)).toBe(true);
});

test("a character that arrives in pieces stays whole, even with the other stream in between", () => {
  const euro = Buffer.from("€");
  const result = stageResult(CLEAN, [out(euro.subarray(0, 1)), err("!"), out(euro.subarray(1))], "utf8");
  expect(result).toMatchObject({ stdout: "€", stderr: "!", output: "!€" });
});

test("a stream cut at its limit ends before the character that the cut went through", () => {
  const report = { ...CLEAN, cause: "stdout", exitCode: null, signal: "SIGKILL" } as const;
  const result = stageResult(report, [out("xy"), out(Buffer.from("é").subarray(0, 1))], "utf8");
  expect(result).toMatchObject({
    stdout: "xy",
    output: "xy",
    cause: "stdout",
    exit_code: null,
    signal: "SIGKILL",
    message: "stdout limit exceeded",
    truncated: { stdout: true, stderr: false },
  });
});

test("bytes that are no UTF-8 become replacement characters, also at the end of a stream that was not cut", () => {
  const broken = Buffer.from([0x61, 0xff, 0x62, 0xc3]);
  expect(stageResult(CLEAN, [out(broken)], "utf8").stdout).toBe("a\ufffdb\ufffd");
});

test("base64 keeps every byte", () => {
  const bytes = Buffer.from([0, 0xff, 0xc3]);
  const result = stageResult(CLEAN, [out(bytes), err("e")], "base64");
  expect(Buffer.from(result.stdout, "base64")).toEqual(bytes);
  expect(Buffer.from(result.output, "base64")).toEqual(Buffer.concat([bytes, Buffer.from("e")]));
});

test.each([
  ["wall-time", "wall_time", "wall time limit exceeded"],
  ["cpu-time", "cpu_time", "CPU time limit exceeded"],
  ["memory", "memory", "memory limit exceeded"],
  ["stderr", "stderr", "stderr limit exceeded"],
] as const)("the limit %s ends a stage with SIGKILL and its own message", (cause, told, message) => {
  const result = stageResult({ ...CLEAN, cause, exitCode: null, signal: null }, [], "utf8");
  expect(result).toMatchObject({ cause: told, message, exit_code: null, signal: "SIGKILL" });
  expect(succeeded(result)).toBe(false);
});

test("a program's own end is told as it was, with a word on forks that were refused", () => {
  const died = stageResult({ ...CLEAN, cause: "signaled", exitCode: null, signal: "SIGSEGV" }, [], "utf8");
  expect(died).toMatchObject({ signal: "SIGSEGV", exit_code: null, message: "died of SIGSEGV" });
  const failed = stageResult({ ...CLEAN, exitCode: 137, processLimitHit: true }, [], "utf8");
  expect(failed).toMatchObject({
    exit_code: 137,
    signal: null,
    cause: "exited",
    message: "exited with status 137; the process limit refused a fork",
  });
});

test("times have at most three places", () => {
  expect(stageResult({ ...CLEAN, wallTimeMs: 1.23456789 }, [], "utf8").wall_time_ms).toBe(1.235);
});

test("SIGSYS is told from other signals: a system call was not open to the program", () => {
  const died = { ...CLEAN, cause: "signaled", exitCode: null } as const;
  expect(stageResult({ ...died, signal: "SIGSYS" }, [], "utf8")).toMatchObject({
    cause: "system_call",
    signal: "SIGSYS",
    message: "died of SIGSYS",
  });
  expect(stageResult({ ...died, signal: "SIGSEGV" }, [], "utf8").cause).toBe("signaled");
});

test("a refused fork is told beside the cause, which stays what it was", () => {
  const result = stageResult({ ...CLEAN, exitCode: 1, processLimitHit: true }, [], "utf8");
  expect(result).toMatchObject({ cause: "exited", exit_code: 1, process_limit_hit: true });
  expect(stageResult(CLEAN, [], "utf8").process_limit_hit).toBe(false);
});
