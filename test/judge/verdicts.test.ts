import fc from "fast-check";
import { expect, test } from "vitest";
import type { StageResult } from "../../src/api/stage-result.ts";
import type { TestcaseResult, Verdict } from "../../src/api/testcases-result.ts";
import { checkerVerdict, type Judgement } from "../../src/judge/checker-verdict.ts";
import { interactionVerdict } from "../../src/judge/interaction-verdict.ts";
import { stageVerdict } from "../../src/judge/stage-verdict.ts";
import { noneRan, scoreOf, testcasesResult } from "../../src/judge/testcases-result.ts";
import { textHead } from "../../src/judge/text-head.ts";

function checked(code: number, stderr = ""): Judgement {
  return checkerVerdict({ cause: "exited", exit_code: code, message: null }, Buffer.from(stderr));
}

test.each<[StageResult["cause"], number | null, Verdict | null]>([
  ["exited", 0, null],
  ["exited", 1, "RE"],
  ["signaled", null, "RE"],
  ["system_call", null, "RE"],
  ["wall_time", null, "TLE"],
  ["cpu_time", null, "TLE"],
  ["memory", null, "MLE"],
  ["stdout", null, "OLE"],
  ["stderr", null, "OLE"],
])("a run that ended by %s with %s is %s", (cause, exit_code, verdict) => {
  expect(stageVerdict({ cause, exit_code })).toBe(verdict);
});

test.each<[number, string, Judgement["verdict"], number]>([
  [0, "", "AC", 1],
  [1, "", "WA", 0],
  [2, "", "WA", 0],
  [3, "", "CHK", 0],
  [4, "", "WA", 0],
  [5, "", "CHK", 0],
  [7, "points 0.25 a quarter", "WA", 0.25],
  [7, "points 1", "AC", 1],
  [7, "points 1.5", "CHK", 0],
  [7, "points -1", "CHK", 0],
  [7, "points nan", "CHK", 0],
  [7, "points", "CHK", 0],
  [7, "0.5", "CHK", 0],
  [8, "", "WA", 0],
  [49, "", "CHK", 0],
  [50, "", "WA", 0],
  [75, "", "WA", 0.25],
  [150, "", "AC", 1],
  [151, "", "CHK", 0],
  [127, "", "WA", 0.77],
])(
  "a checker that exits with %d and says `%s` means %s and %d of the points",
  (code, stderr, verdict, share) => {
    expect(checked(code, stderr)).toMatchObject({ verdict, share });
  },
);

test("a checker that a limit or a signal ended has failed, and says how", () => {
  const stage = { cause: "cpu_time", exit_code: null, message: "CPU time limit exceeded" } as const;
  const judgement = checkerVerdict(stage, Buffer.from("so far"));
  expect(judgement).toEqual({ verdict: "CHK", share: 0, message: "CPU time limit exceeded: so far" });
});

test("of what a checker says no more is told than its beginning, in whole characters", () => {
  const { message } = checked(1, "😀".repeat(100_000));
  expect(message?.length).toBeLessThanOrEqual(1_024);
  expect(message?.isWellFormed()).toBe(true);
});

const content: Judgement = { verdict: "AC", share: 1, message: null };
const discontent: Judgement = { verdict: "WA", share: 0, message: null };
const failed: Judgement = { verdict: "CHK", share: 0, message: null };

test.each<[string, Verdict | null, boolean, Judgement, Verdict]>([
  ["a program that crashed while it was talked to", "RE", true, discontent, "RE"],
  ["a program that was too slow to answer", "TLE", true, discontent, "TLE"],
  ["a program that read no more once it was wrong", "RE", false, discontent, "WA"],
  ["a program that was right and then crashed", "RE", false, content, "RE"],
  ["a program that was right and never ended", "TLE", false, content, "TLE"],
  ["a program that left early", null, true, discontent, "WA"],
  ["a program whose interactor broke", "RE", false, failed, "CHK"],
  ["a program that was right", null, false, content, "AC"],
])("%s gets its own verdict", (_what, program, isProgramFirst, interactor, verdict) => {
  expect(interactionVerdict({ program, isProgramFirst, interactor }).verdict).toBe(verdict);
});

function ran(index: number, verdict: Verdict, score: number): TestcaseResult {
  const stage = { exit_code: 0, signal: null, cause: null, wall_time_ms: 0, cpu_time_ms: 0, memory_bytes: 0 };
  const output = { message: null, stdout: "", stderr: "", is_cut: false, diff: null };
  return { index, name: "", verdict, weight: 1, score, ...stage, ...output };
}

test("of all cases the first that failed gives the verdict, in whatever order they ended", () => {
  const result = testcasesResult([1, 2, 1, 4], [ran(2, "TLE", 0), ran(0, "AC", 1), ran(1, "WA", 0.5)]);
  expect(result).toMatchObject({ verdict: "WA", score: 1.5, max_score: 8, not_run: 1, message: null });
  expect(result.cases.map(({ index }) => index)).toEqual([0, 1, 2]);
});

test("scores are sums as people write them", () => {
  const tenth = scoreOf(1, 0.1);
  const third = scoreOf(3, 1 / 3);
  expect(third).toBe(1);
  expect(
    testcasesResult(
      [1, 1, 1],
      [0, 1, 2].map((index) => ran(index, "WA", tenth)),
    ).score,
  ).toBe(0.3);
});

test("where nothing could be run no case is told of, and each is counted", () => {
  expect(noneRan([1, 2], "CHK", "no such header")).toEqual({
    ...{ verdict: "CHK", score: 0, max_score: 3, message: "no such header", cases: [], not_run: 2 },
  });
});

test("the head of an output is a beginning of it, as text", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      (text, most) => {
        const { text: head, isCut } = textHead(Buffer.from(text), most);
        expect(text.startsWith(head)).toBe(true);
        expect(head.length).toBeLessThanOrEqual(most);
        expect(isCut).toBe(head !== text);
      },
    ),
  );
});
