import type { TestcaseResult } from "../../api/testcases-result.ts";
import type { CaseRun } from "./case-run.ts";
import { runInteractive } from "./run-interactive.ts";
import { runPlain } from "./run-plain.ts";

/** Slots that a case takes: one for each jail that is open at one time. */
export function slotsOfCase({ interactor }: CaseRun["judging"]): number {
  return interactor === null ? 1 : 2;
}

/** Runs one case of a job in its turn and judges it. What it acquired is released whatever comes. Rejects like runJob. */
export async function runCase(run: CaseRun): Promise<TestcaseResult> {
  const { judging } = run;
  const { deps, call, clock } = judging;
  await using turn = new AsyncDisposableStack();
  const places = slotsOfCase(judging);
  turn.use(await clock.measure("queue", () => deps.slots.goOn(call.signal, places)));
  const { interactor } = judging;
  return interactor === null ? await runPlain(run, turn) : await runInteractive({ ...run, interactor });
}
