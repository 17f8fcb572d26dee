import { expect, test } from "vitest";
import type { EndedStage, StageName } from "../../src/cli/job/job-event.ts";
import { linesOf } from "../../src/cli/job/lines-of.ts";
import { toBytes, toMilliseconds } from "../../src/cli/job/quantities.ts";
import { endOf } from "../../src/cli/job/show-events.ts";

const EXITED: EndedStage = {
  exit_code: 0,
  signal: null,
  cause: "exited",
  message: null,
  wall_time_ms: 1,
  cpu_time_ms: 1,
  memory_bytes: 1,
  truncated: { stdout: false, stderr: false },
  process_limit_hit: false,
};

function end(stages: Partial<Record<StageName, Partial<EndedStage>>>) {
  const { compile, run } = stages;
  return endOf({
    ...(compile === undefined ? {} : { compile: { ...EXITED, ...compile } }),
    ...(run === undefined ? {} : { run: { ...EXITED, ...run } }),
  });
}

test("a program's own exit is said by its code alone", () => {
  expect(end({ compile: {}, run: { exit_code: 3, message: "exited with 3" } })).toEqual({
    exitCode: 3,
    words: "",
  });
});

test("a limit or a signal is told, and its exit code is 128 and more", () => {
  const late = { exit_code: null, cause: "wall_time", message: "took too long" } as const;
  expect(end({ run: late })).toEqual({ exitCode: 137, words: "crankcase: run: took too long\n" });
  const died = { exit_code: null, signal: "SIGSEGV", cause: "signaled", message: "died of SIGSEGV" } as const;
  expect(end({ run: died })).toEqual({ exitCode: 139, words: "crankcase: run: died of SIGSEGV\n" });
});

test("a compile that failed is told as what it is, and its code is the compiler's", () => {
  expect(end({ compile: { exit_code: 1 } })).toEqual({ exitCode: 1, words: "crankcase: compile failed\n" });
});

test("a job without a stage is our failure", () => {
  expect(end({})).toEqual({ exitCode: 125, words: "" });
});

test("lines end at line feeds alone, wherever bytes were parted", async () => {
  const bytes = Buffer.from('{"a":"ä\u2028b"}\n{"c":1}\nrest');
  const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 9), bytes.subarray(9)];
  expect(await Array.fromAsync(linesOf(pieces))).toEqual(['{"a":"ä\u2028b"}', '{"c":1}', "rest"]);
});

test("times and sizes have units", () => {
  expect(["500", "500ms", "2.5s", "1m"].map(toMilliseconds)).toEqual([500, 500, 2500, 60_000]);
  expect(["1000", "2k", "256M", "1g"].map(toBytes)).toEqual([1000, 2048, 268_435_456, 1_073_741_824]);
  for (const text of ["", "0", "-1", "1d", "1e3", "s"]) expect(() => toMilliseconds(text)).toThrow("not");
  for (const text of ["", "0", "1.5g", "1t"]) expect(() => toBytes(text)).toThrow("not");
});
