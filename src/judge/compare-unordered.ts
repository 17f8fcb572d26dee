import type { Diff } from "../api/testcases-result.ts";
import { ByteLines } from "./byte-lines.ts";
import type { Range } from "./bytes.ts";
import { diffAt } from "./diff-at.ts";
import { STEP_BYTES, type Steps } from "./steps.ts";

/** How often lines stand there; V8 seeds the hashes of its strings anew in each process, so that nobody can choose lines that collide. */
type LineCounts = Map<string, number>;

/**
 * Compares as if the lines of both were sorted. What differs is told by the output's first line that is not expected, or
 * stands there too often, and the first expected one that is missing.
 */
export function* compareUnordered(output: Buffer, expected: Buffer, ignoreCase: boolean): Steps<Diff | null> {
  const missing: LineCounts = new Map();
  const wanted = new ByteLines(expected);
  for (let stop = STEP_BYTES; wanted.next(); ) {
    const key = keyOf(wanted, ignoreCase);
    missing.set(key, (missing.get(key) ?? 0) + 1);
    if (wanted.end < stop) continue;
    stop += STEP_BYTES;
    yield;
  }
  const got = new ByteLines(output);
  let surplus: { readonly line: number; readonly got: Range } | undefined;
  for (let stop = STEP_BYTES; got.next(); ) {
    const { line, bytes, start, end } = got;
    if (!takeOut(missing, keyOf(got, ignoreCase))) surplus ??= { line, got: { bytes, start, end } };
    if (end < stop) continue;
    stop += STEP_BYTES;
    yield;
  }
  const { value: absent } = missing.keys().next();
  if (surplus === undefined && absent === undefined) return null;
  return diffAt({
    line: got.line,
    got: null,
    ...surplus,
    expected: absent === undefined ? null : rangeOf(absent),
  });
}

function takeOut(counts: LineCounts, key: string): boolean {
  const count = counts.get(key);
  if (count === undefined) return false;
  if (count === 1) counts.delete(key);
  else counts.set(key, count - 1);
  return true;
}

/** A character for each byte: half of what text might take, and different for different bytes. */
function keyOf({ bytes, start, end }: Range, ignoreCase: boolean): string {
  if (!ignoreCase) return bytes.toString("latin1", start, end);
  return bytes.toString("latin1", start, end).replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function rangeOf(key: string): Range {
  const bytes = Buffer.from(key, "latin1");
  return { bytes, start: 0, end: bytes.length };
}
