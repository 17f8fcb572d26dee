import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { errorTable } from "../../errors/error-table.ts";
import type { CliContext } from "../context.ts";
import { settled, watchChanges } from "./watch.ts";

/** Clears screen and scroll-back and goes to the top (xterm's ED and CUP). */
const CLEAR = "\u001b[2J\u001b[3J\u001b[H";

/**
 * Runs something now and whenever one of the paths changes, which ends a run that still goes on; until the context's stop,
 * whose reason it throws. What a run throws of ours is told, and the next change waited for.
 */
export async function rerun(
  paths: readonly string[],
  runOnce: (context: CliContext) => Promise<number>,
  context: CliContext,
): Promise<never> {
  const { stdout, stderr, stop } = context;
  using changes = await watchChanges(paths);
  const isTerminal = (stdout as { readonly isTTY?: boolean }).isTTY === true;
  while (true) {
    const change = changes.next();
    if (isTerminal) stdout.write(CLEAR);
    const time = new Date().toLocaleTimeString("en-GB");
    stderr.write(`crankcase: ${time}, ${paths[0]}; Ctrl-C ends this\n`);
    const end = await outcome(runOnce, { ...context, stop: AbortSignal.any([stop, change]) });
    stop.throwIfAborted();
    if (end !== null) stderr.write(`crankcase: ${end}; waiting for a change\n`);
    await settled(change, stop);
  }
}

/** How a run ended, in words; null where a change ended it. */
async function outcome(
  runOnce: (context: CliContext) => Promise<number>,
  context: CliContext,
): Promise<string | null> {
  try {
    return `exit code ${await runOnce(context)}`;
  } catch (thrown) {
    if (context.stop.aborted) return null;
    if (!(thrown instanceof CrankcaseError)) throw thrown;
    return `${thrown.message}\nhint: ${errorTable[thrown.code].hint}\ncrankcase: it did not run`;
  }
}
