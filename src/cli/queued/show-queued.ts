import { isOver } from "../../api/queued-job.ts";
import type { TestcaseResult } from "../../api/testcases-result.ts";
import type { CliContext } from "../context.ts";
import { OWN_FAILURE } from "../exit-codes.ts";
import type { EndedJob } from "../job/job-event.ts";
import { endOf } from "../job/show-events.ts";
import { written } from "../job/written.ts";
import { rowStyle } from "../judging/case-lines.ts";
import { type CaseView, caseView } from "../judging/case-view.ts";
import { paintFor } from "../judging/paint.ts";
import { summaryLines } from "../judging/summary-lines.ts";
import { stateText } from "./job-table.ts";
import type { QueuedEvent } from "./queued-event.ts";

/** Wide enough for most names of cases, which are not known beforehand. */
const USUAL_NAME = "secret/test-01";

/**
 * Shows what becomes of a job: the program's output on our stdout and stderr, the compiler's on stderr, cases as rows. Resolves
 * with the exit code that tells of its end: the program's own; of cases 0 if all passed, else 1; 125 where it was cancelled;
 * null where the events ended before the job.
 */
export async function showQueued(
  events: AsyncIterable<QueuedEvent>,
  context: CliContext,
): Promise<number | null> {
  const { stdout, env } = context;
  const isTerminal = (stdout as { readonly isTTY?: boolean }).isTTY === true;
  using view = caseView(context, rowStyle([USUAL_NAME], paintFor(stdout, env), isTerminal), 0);
  for await (const event of events) {
    if (event.event === "result") return await shownEnd(event, view, context);
    if (event.event === "state" && event.state === "cancelled") {
      return await told("the job was cancelled", context);
    }
    await shownEvent(event, view, context);
  }
  await view.end();
  return null;
}

async function shownEvent(event: QueuedEvent, view: CaseView, context: CliContext): Promise<void> {
  const { stdout, stderr, stop } = context;
  if (event.event === "case") await view.show(caseOf(event));
  if (event.event === "output") {
    const isOut = event.stage === "run" && event.stream === "stdout";
    await written(isOut ? stdout : stderr, event.data, stop);
  }
  const isWatched = (stderr as { readonly isTTY?: boolean }).isTTY === true;
  if (event.event === "state" && isWatched && !isOver(event.state)) {
    await written(stderr, `crankcase: ${stateText(event)}\n`, stop);
  }
}

function caseOf({
  event: _event,
  ...result
}: Extract<QueuedEvent, { readonly event: "case" }>): TestcaseResult {
  return result;
}

async function shownEnd(result: EndedJob, view: CaseView, context: CliContext): Promise<number> {
  const { stdout, stop, env, stderr } = context;
  await view.end();
  const { testcases } = result;
  if (testcases !== undefined) {
    await written(stdout, summaryLines(testcases, paintFor(stdout, env)), stop);
    return testcases.verdict === "AC" ? 0 : 1;
  }
  const { exitCode, words } = endOf(result);
  stderr.write(words);
  return exitCode;
}

async function told(words: string, { stderr, stop }: CliContext): Promise<number> {
  await written(stderr, `crankcase: ${words}\n`, stop);
  return OWN_FAILURE;
}
