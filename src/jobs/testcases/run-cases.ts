import type { TestcaseResult } from "../../api/testcases-result.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { JobJail } from "../../jail/jail.ts";
import { failedCase } from "./case-result.ts";
import type { Judging } from "./judging.ts";
import { NotCompiledAgain } from "./open-program.ts";
import type { ResolvedCase } from "./resolved-testcases.ts";
import { runCase, slotsOfCase } from "./run-case.ts";
import type { ToldCases } from "./told-cases.ts";

/** What came of the cases. */
export interface RanCases {
  /** Of those that count, in the order in which they ended. */
  readonly results: readonly TestcaseResult[];
  /** How their programs' jails came to them. */
  readonly starts: ReadonlySet<JobJail["start"]>;
}

/** Where the cases of one job stand. */
interface Progress {
  next: number;
  /** The first case, by its place, that is no AC, where the others are left out then. */
  firstFailure: number;
  readonly results: TestcaseResult[];
  readonly starts: Set<JobJail["start"]>;
  /** Ends those that run, by their place. */
  readonly running: Map<number, AbortController>;
}

/**
 * Runs the cases of a job side by side, as many at a time as may have slots and run. A failure of ours ends its own case
 * alone, as IE. Rejects with the signal's reason, with `stopping`, and like the follower; nothing runs any more when this settles.
 */
export async function runCases(judging: Judging, told: ToldCases): Promise<RanCases> {
  const { testcases, deps, call } = judging;
  const progress: Progress = {
    ...{ next: 0, firstFailure: Number.POSITIVE_INFINITY },
    ...{ results: [], starts: new Set(), running: new Map() },
  };
  const stop = new AbortController();
  const stoppable = { ...judging, call: { ...call, signal: AbortSignal.any([call.signal, stop.signal]) } };
  const lane = async () => {
    try {
      await runLane(stoppable, progress, told);
    } catch (thrown) {
      stop.abort(thrown);
      throw thrown;
    }
  };
  const width = Math.min(deps.slots.concurrentRuns, Math.floor(deps.slots.total / slotsOfCase(judging)));
  const lanes = Math.min(testcases.cases.length, Math.max(1, width));
  await Promise.allSettled(Array.from({ length: lanes }, lane));
  call.signal.throwIfAborted();
  stop.signal.throwIfAborted();
  const { firstFailure, results, starts } = progress;
  return { results: results.filter(({ index }) => index <= firstFailure), starts };
}

/** Takes one case after the other, for as long as there are some that count. */
async function runLane(judging: Judging, progress: Progress, told: ToldCases): Promise<void> {
  const { cases, stopsAtFirstFailure } = judging.testcases;
  for (;;) {
    const testcase = cases[progress.next];
    if (testcase === undefined || testcase.index > progress.firstFailure) return;
    progress.next += 1;
    const result = await endedCase(testcase, judging, progress);
    if (result === null) continue;
    progress.results.push(result);
    if (stopsAtFirstFailure && result.verdict !== "AC") endLaterOnes(result.index, progress);
    await told.tell(result);
  }
}

/** What came of one case; null where one before it failed meanwhile, so that it does not count. */
async function endedCase(
  testcase: ResolvedCase,
  judging: Judging,
  { running, starts }: Progress,
): Promise<TestcaseResult | null> {
  const own = new AbortController();
  running.set(testcase.index, own);
  const { call, deps } = judging;
  const signal = AbortSignal.any([call.signal, own.signal]);
  try {
    const onStart = (start: JobJail["start"]) => starts.add(start);
    return await runCase({ testcase, onStart, judging: { ...judging, call: { ...call, signal } } });
  } catch (thrown) {
    call.signal.throwIfAborted();
    if (own.signal.aborted) return null;
    if (thrown instanceof CrankcaseError && thrown.code === "stopping") throw thrown;
    if (!(thrown instanceof NotCompiledAgain)) deps.caseFailed(testcase.index, thrown);
    return failedCase(testcase, thrown);
  } finally {
    running.delete(testcase.index);
  }
}

function endLaterOnes(index: number, progress: Progress): void {
  progress.firstFailure = Math.min(progress.firstFailure, index);
  for (const [later, controller] of progress.running) if (later > index) controller.abort();
}
