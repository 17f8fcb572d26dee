import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { checkerVerdict, type Judgement } from "../../judge/checker-verdict.ts";
import { HEAD_BYTES } from "../../judge/text-head.ts";
import { ANSWER_FILE, INPUT_FILE, OUTPUT_FILE } from "./judge-files.ts";
import type { Judging, PreparedProgram } from "./judging.ts";
import { openProgram } from "./open-program.ts";
import { judgeJob, type ResolvedCase } from "./resolved-testcases.ts";
import { runProgram } from "./run-program.ts";

const NOTHING = Buffer.alloc(0);

/** Has the checker judge what a run wrote, in a jail that is gone when this settles. Rejects like a stage's report. */
export async function checkOutput(
  program: PreparedProgram,
  output: Buffer,
  { index, stdin, expected }: ResolvedCase,
  judging: Judging,
): Promise<Judgement> {
  await using held = new AsyncDisposableStack();
  const files = { [INPUT_FILE]: stdin, [OUTPUT_FILE]: output, [ANSWER_FILE]: expected ?? NOTHING };
  try {
    const order = { program, job: judgeJob(program.job, files), name: `check-${index}` };
    const open = await openProgram(order, judging, held);
    const ran = await runProgram(open, { stdout: 0, stderr: HEAD_BYTES });
    return checkerVerdict(ran.stage, ran.output.give("stderr"));
  } catch (thrown) {
    if (!(thrown instanceof CrankcaseError) || thrown.code !== "submission_too_large") throw thrown;
    const message = `the checker's jail has no room for its files: ${thrown.message}`;
    return { verdict: "CHK", share: 0, message };
  }
}
