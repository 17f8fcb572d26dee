import type { TestcaseResult } from "../../api/testcases-result.ts";
import type { Judgement } from "../../judge/checker-verdict.ts";
import { interactionVerdict } from "../../judge/interaction-verdict.ts";
import type { ResolvedJob } from "../resolve-job.ts";
import { caseResult, type JudgedRun } from "./case-result.ts";
import type { CaseRun } from "./case-run.ts";
import { checkOutput } from "./check-output.ts";
import { interact, type Talk } from "./interact.ts";
import { interactorOutput } from "./interactor-output.ts";
import { ANSWER_FILE, INPUT_FILE, INTERACTOR_OUTPUT_FILE } from "./judge-files.ts";
import type { PreparedProgram } from "./judging.ts";
import { type OpenProgram, openProgram } from "./open-program.ts";
import { caseJob, judgeJob } from "./resolved-testcases.ts";

const NOTHING = Buffer.alloc(0);

/** testlib's order. */
const ARGUMENTS = [INPUT_FILE, INTERACTOR_OUTPUT_FILE, ANSWER_FILE];

/** An interactor outlasts the program that it waits for: of two that wait for each other the program is too slow. */
const LONGER_MS = 1_000;

/** A case whose program is talked to. */
export interface InteractiveRun extends CaseRun {
  readonly interactor: PreparedProgram;
}

/** What came of a talk, and what the interactor left for a checker. */
interface Talked {
  readonly talk: Talk;
  /** Null where it was too large. */
  readonly left: Buffer | null;
}

/** Runs a case with its interactor, in a turn of two slots. Rejects like a stage's report. */
export async function runInteractive(run: InteractiveRun): Promise<TestcaseResult> {
  const { testcase } = run;
  const { talk, left } = await talkInJails(run);
  const { stage, output, interaction } = talk;
  const { verdict, share, isInteractors } = interactionVerdict(interaction);
  const { message } = isInteractors ? interaction.interactor : stage;
  const judged: Pick<JudgedRun, "verdict" | "share" | "message"> =
    verdict === "AC" ? await checked(interaction.interactor, left, run) : { verdict, share, message };
  const [stdout, stderr] = [output.give("stdout"), output.give("stderr")];
  return caseResult(testcase, { ...judged, stage, stdout, stderr, isCut: output.isCut });
}

async function talkInJails(run: InteractiveRun): Promise<Talked> {
  const { testcase, judging, onStart } = run;
  const { program } = judging;
  await using held = new AsyncDisposableStack();
  const interactor = await openInteractor(run, held);
  const job = caseJob(program.job, testcase, false);
  const open = await openProgram(
    { program, job, name: `case-${testcase.index}`, input: "stream" },
    judging,
    held,
  );
  const talk = await interact({ program: open, interactor });
  onStart(open.jail.start);
  const isRead = judging.checker !== null && interactionVerdict(talk.interaction).verdict === "AC";
  const left = isRead ? await interactorOutput(interactor.jail, testcase.limits.stdoutBytes) : NOTHING;
  return { talk, left };
}

async function openInteractor(
  { testcase, judging, interactor: program }: InteractiveRun,
  held: AsyncDisposableStack,
): Promise<OpenProgram> {
  const files = { [INPUT_FILE]: testcase.stdin, [ANSWER_FILE]: testcase.expected ?? NOTHING };
  const job = outlasting(judgeJob(program.job, files, ARGUMENTS), testcase.limits.wallTimeMs);
  const name = `interact-${testcase.index}`;
  return await openProgram({ program, job, name, input: "stream" }, judging, held);
}

function outlasting(job: ResolvedJob, otherWallTimeMs: number): ResolvedJob {
  const { run } = job.limits;
  const wallTimeMs = Math.max(run.wallTimeMs, otherWallTimeMs + LONGER_MS);
  return { ...job, limits: { ...job.limits, run: { ...run, wallTimeMs } } };
}

/** Where there is a checker too, the word is its own: it judges what the interactor left. */
async function checked(
  content: Judgement,
  left: Buffer | null,
  { testcase, judging }: InteractiveRun,
): Promise<Judgement> {
  const { checker } = judging;
  if (checker === null) return content;
  if (left === null) return { verdict: "CHK", share: 0, message: `${INTERACTOR_OUTPUT_FILE} is too large` };
  return await checkOutput(checker, left, testcase, judging);
}
