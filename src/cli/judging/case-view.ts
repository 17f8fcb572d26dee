import type { TestcaseResult } from "../../api/testcases-result.ts";
import type { CliContext } from "../context.ts";
import { written } from "../job/written.ts";
import { caseLines, type RowStyle } from "./case-lines.ts";

/** Goes to the line's start and clears it (xterm's EL). */
const CLEAR_LINE = "\r\u001b[K";

/** Shows cases as rows, in their own order, each as soon as those before it were shown. Disposal clears what is in progress. */
export interface CaseView extends Disposable {
  show(result: TestcaseResult): Promise<void>;
  /** Shows those that still wait for one before them, which did not run. */
  end(): Promise<void>;
}

/** Makes one; on a terminal a line below the rows tells how many of `total` are over. */
export function caseView(
  { stdout, stderr, stop }: Pick<CliContext, "stdout" | "stderr" | "stop">,
  style: RowStyle,
  total: number,
): CaseView {
  const waiting = new Map<number, TestcaseResult>();
  const progress = progressLine(stdout, stderr, total);
  let next = 0;
  let over = 0;
  const row = async (result: TestcaseResult) => {
    progress.clear();
    waiting.delete(result.index);
    next = result.index + 1;
    await written(stdout, caseLines(result, style), stop);
  };
  return {
    async show(result) {
      waiting.set(result.index, result);
      over += 1;
      for (let it = waiting.get(next); it !== undefined; it = waiting.get(next)) await row(it);
      progress.tell(over);
    },
    async end() {
      for (const it of [...waiting.values()].toSorted((a, b) => a.index - b.index)) await row(it);
      progress.clear();
    },
    [Symbol.dispose]: () => progress.clear(),
  };
}

function progressLine(stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream, total: number) {
  const isTerminal = [stdout, stderr].every((it) => (it as { readonly isTTY?: boolean }).isTTY === true);
  let isShown = false;
  return {
    tell(over: number) {
      if (!isTerminal || over >= total) return;
      stderr.write(`${CLEAR_LINE}${over} of ${total} cases`);
      isShown = true;
    },
    clear() {
      if (isShown) stderr.write(CLEAR_LINE);
      isShown = false;
    },
  };
}
