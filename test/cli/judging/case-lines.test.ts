import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { caseLines, rowStyle } from "../../../src/cli/judging/case-lines.ts";
import { caseView } from "../../../src/cli/judging/case-view.ts";
import { paintFor, plain } from "../../../src/cli/judging/paint.ts";
import { summaryLines } from "../../../src/cli/judging/summary-lines.ts";
import { testcaseResult } from "./testcase-result.ts";

const STYLE = rowStyle(["1", "secret/10"], plain, false);

test("a case that was passed is one row", () => {
  expect(caseLines(testcaseResult(), STYLE)).toBe("ok      1          AC       12 ms     3.4 MB\n");
});

test("below one that failed stands why: the words, the difference, the beginning of stderr", () => {
  const result = testcaseResult({
    verdict: "WA",
    name: "secret/10",
    message: "line 2 differs",
    diff: { line: 2, expected: "42\n7", got: "41\n7" },
    stderr: "one\ntwo\nthree\nfour\n",
  });
  expect(caseLines(result, STYLE)).toBe(`FAILED  secret/10  WA       12 ms     3.4 MB
    line 2 differs
    line 2: expected  42
            got       41
    stderr: one
            two
            three
            ...
`);
});

test("white space that makes the difference is seen, and an output that ends too early", () => {
  const differs = (expected: string | null, got: string | null) =>
    caseLines(testcaseResult({ verdict: "WA", diff: { line: 1, expected, got } }), STYLE);
  expect(differs("a ", "a")).toContain('expected  "a "\n            got       "a"\n');
  expect(differs("a", null)).toContain("expected  a\n            got       (end of output)\n");
  expect(differs(null, "b")).toContain("expected  (end of output)\n            got       b\n");
});

test("where nothing else tells of a wrong answer, what was printed does", () => {
  expect(caseLines(testcaseResult({ verdict: "WA", stdout: "no\n" }), STYLE)).toContain("stdout: no\n");
});

test("points are told where they are not one or none", () => {
  const points = (fields: object) => caseLines(testcaseResult(fields), STYLE).split("\n")[0];
  expect(points({ weight: 30 })).toMatch(/MB {2}30\/30$/);
  expect(points({ verdict: "WA", score: 0.25 })).toMatch(/MB {2}0.25\/1$/);
  expect(points({ verdict: "WA" })).toMatch(/MB$/);
});

test("nothing that a program wrote can move a terminal's cursor, and long lines are cut", () => {
  const hostile = `\u001b[2J${"x".repeat(500)}`;
  const lines = caseLines(
    testcaseResult({
      verdict: "WA",
      name: "a\u001b[2J",
      message: hostile,
      diff: { line: 1, expected: hostile, got: `${hostile}y` },
      stderr: hostile,
    }),
    STYLE,
  );
  expect(lines).not.toContain("\u001b");
  expect(Math.max(...lines.split("\n").map(({ length }) => length))).toBeLessThan(140);
});

test("the summary counts verdicts, adds points and names the slowest", () => {
  const cases = [
    testcaseResult(),
    testcaseResult({ index: 1, name: "slow", verdict: "TLE", cpu_time_ms: 1_000 }),
  ];
  const result = { verdict: "TLE" as const, score: 1, max_score: 4, cases, not_run: 2, message: null };
  expect(summaryLines(result, plain)).toBe(
    "TLE: 1 of 4 cases passed (1 AC, 1 TLE, 2 not run); score 1 of 4; slowest slow, 1000 ms\n",
  );
});

test("rows come in the cases' order, each as soon as those before it were shown", async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const view = caseView({ stdout, stderr, stop: new AbortController().signal }, STYLE, 4);
  const shown = () => String(stdout.read() ?? "").replace(/ok +(\d) .*\n/g, "$1");
  await view.show(testcaseResult({ index: 1, name: "2" }));
  expect(shown()).toBe("");
  await view.show(testcaseResult({ index: 0, name: "1" }));
  expect(shown()).toBe("12");
  await view.show(testcaseResult({ index: 3, name: "4" }));
  expect(shown()).toBe("");
  await view.end();
  expect(shown()).toBe("4");
  stderr.end();
  expect(await text(stderr)).toBe("");
});

test("colours are for terminals, and not where NO_COLOR is set", () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  expect(paintFor(terminal, {})("green", "x")).toBe("\u001b[32mx\u001b[39m");
  expect(paintFor(terminal, { NO_COLOR: "1" })("green", "x")).toBe("x");
  expect(paintFor(new PassThrough(), {})("green", "x")).toBe("x");
});
