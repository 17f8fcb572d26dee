import { expect, test } from "vitest";
import type { StageResult } from "../../src/api/stage-result.ts";
import { toPistonAnswer } from "../../src/http/piston/to-piston-answer.ts";
import { HI, sampleResult, TIMINGS } from "./sample-server.ts";

const KILLED = { exit_code: null, signal: "SIGKILL" } as const;

test("a run is told in Piston's words, times in whole milliseconds", () => {
  expect(toPistonAnswer(sampleResult({ run: HI }))).toEqual({
    language: "python",
    version: "3.13.5",
    run: {
      stdout: "hi\n",
      stderr: "",
      output: "hi\n",
      code: 0,
      signal: null,
      message: null,
      status: null,
      cpu_time: 11,
      wall_time: 20,
      memory: 4096,
      cause: "exited",
      truncated: { stdout: false, stderr: false },
      process_limit_hit: false,
    },
    id: "the-id",
    limits: expect.objectContaining({ run: expect.objectContaining({ wall_time_ms: 3_000 }) }),
    timings: TIMINGS,
  });
});

test("Piston's own keys come first, in its order", () => {
  const answer = toPistonAnswer(sampleResult({ compile: HI, run: HI }));
  expect(Object.keys(answer)).toEqual(["language", "version", "run", "compile", "id", "limits", "timings"]);
  const own = [
    "stdout",
    "stderr",
    "output",
    "code",
    "signal",
    "message",
    "status",
    "cpu_time",
    "wall_time",
    "memory",
  ];
  expect(Object.keys(answer.run).slice(0, own.length)).toEqual(own);
});

test("compile is there only where there was one", () => {
  const answer = toPistonAnswer(sampleResult({ compile: { ...HI, stdout: "built" }, run: HI }));
  expect(answer.compile?.stdout).toBe("built");
  expect(answer.run.stdout).toBe("hi\n");
});

test("after a failed compile, run is a copy of it", () => {
  const answer = toPistonAnswer(sampleResult({ compile: { ...HI, stderr: "error", exit_code: 1 } }));
  expect(answer.run).toEqual(answer.compile);
  expect(answer.run).toMatchObject({ stderr: "error", code: 1, status: "RE" });
});

const ENDS: readonly (readonly [Partial<StageResult>, string | null])[] = [
  [{ cause: "exited", exit_code: 0 }, null],
  [{ cause: "exited", exit_code: 137 }, "RE"],
  [{ cause: "signaled", exit_code: null, signal: "SIGSEGV" }, "SG"],
  [{ cause: "system_call", exit_code: null, signal: "SIGSYS" }, "SG"],
  [{ cause: "memory", ...KILLED }, "SG"],
  [{ cause: "wall_time", ...KILLED }, "TO"],
  [{ cause: "cpu_time", ...KILLED }, "TO"],
  [{ cause: "stdout", ...KILLED }, "OL"],
  [{ cause: "stderr", ...KILLED }, "EL"],
];

test.each(ENDS)("%j is %s", (end, status) => {
  const { run } = toPistonAnswer(sampleResult({ run: { ...HI, ...end } }));
  expect(run).toMatchObject({ status, code: end.exit_code, signal: end.signal ?? null });
});
