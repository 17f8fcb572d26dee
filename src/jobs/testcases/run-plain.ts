import type { TestcaseResult } from "../../api/testcases-result.ts";
import { compareOutput } from "../../judge/compare-output.ts";
import { stageVerdict } from "../../judge/stage-verdict.ts";
import { HEAD_BYTES } from "../../judge/text-head.ts";
import { caseResult, type JudgedRun } from "./case-result.ts";
import type { CaseRun } from "./case-run.ts";
import { checkOutput } from "./check-output.ts";
import { inTurns } from "./in-turns.ts";
import { openProgram } from "./open-program.ts";
import { caseJob } from "./resolved-testcases.ts";
import { type RanProgram, runProgram } from "./run-program.ts";

type Judged = Pick<JudgedRun, "verdict" | "share" | "message" | "diff">;

/** Runs a case without an interactor, in a turn that it gives back once its last jail is gone. Rejects like a stage's report. */
export async function runPlain(run: CaseRun, turn: AsyncDisposableStack): Promise<TestcaseResult> {
  const { testcase } = run;
  const ran = await runInJail(run, turn);
  const { stage, output } = ran;
  const [stdout, stderr] = [output.give("stdout"), output.give("stderr")];
  const verdict = stageVerdict(stage);
  const judged: Judged =
    verdict === null ? await judgeOutput(stdout, run) : { verdict, share: 0, message: stage.message };
  const { isCut } = output;
  return caseResult(testcase, { ...judged, stage, stdout, stderr, isCut });
}

/** Whoever judges by a jail of its own does so in the same turn, once the program's jail is gone; else nobody waits for that. */
async function runInJail(
  { testcase, judging, onStart }: CaseRun,
  turn: AsyncDisposableStack,
): Promise<RanProgram> {
  const { program, checker, deps } = judging;
  const isJudged = checker !== null || testcase.expected !== null;
  const kept = { stdout: isJudged ? Number.POSITIVE_INFINITY : HEAD_BYTES, stderr: HEAD_BYTES };
  const held = checker === null ? turn : new AsyncDisposableStack();
  await using own = checker === null ? null : held;
  const job = caseJob(program.job, testcase, true);
  const open = await openProgram({ program, job, name: `case-${testcase.index}` }, judging, held);
  const ran = await runProgram(open, kept);
  onStart(open.jail.start);
  if (own === null) deps.release(turn.move());
  return ran;
}

async function judgeOutput(stdout: Buffer, { testcase, judging }: CaseRun): Promise<Judged> {
  const { checker, testcases, call } = judging;
  const right = { verdict: "AC", share: 1, message: null } as const;
  if (checker !== null) return await checkOutput(checker, stdout, testcase, judging);
  const { expected } = testcase;
  if (expected === null) return right;
  const diff = await inTurns(compareOutput(stdout, expected, testcases.comparison), call.signal);
  return diff === null ? right : { verdict: "WA", share: 0, message: null, diff };
}
