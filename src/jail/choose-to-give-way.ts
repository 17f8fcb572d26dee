import type { AheadLine } from "./ahead-line.ts";

/** Who was used within so long is in use: places that changed hands faster would go to interpreters that nobody gets. */
const IN_USE_MS = 10_000;

/**
 * The line that gives one of its interpreters away for another's: the one least recently used that is not in use, or one that
 * has several, for a line that has none. Undefined where none should.
 */
export function chooseToGiveWay(
  lines: readonly AheadLine[],
  taker: AheadLine,
  nowMs: number,
): AheadLine | undefined {
  const givers = lines.filter((line) => line !== taker && line.interpreters.length > 0);
  const byUse = givers.sort((a, b) => a.lastUse - b.lastUse);
  const unused = byUse.find(({ lastUse }) => lastUse < taker.lastUse && nowMs - lastUse > IN_USE_MS);
  if (unused !== undefined || taker.size > 0) return unused;
  return byUse.find(({ size }) => size > 1);
}
