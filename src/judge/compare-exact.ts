import type { Diff } from "../api/testcases-result.ts";
import { isLineEnd, sharedBytes } from "./bytes.ts";
import { diffAt } from "./diff-at.ts";
import { STEP_BYTES, type Steps } from "./steps.ts";

/** Compares byte by byte. */
export function* compareExact(output: Buffer, expected: Buffer, ignoreCase: boolean): Steps<Diff | null> {
  if (output.equals(expected)) return null;
  const most = Math.min(output.length, expected.length);
  let [line, lineStart, shared] = [1, 0, 0];
  for (let start = 0; start < most && shared === start; start += STEP_BYTES) {
    const end = Math.min(start + STEP_BYTES, most);
    const range = (bytes: Buffer) => ({ bytes, start, end });
    shared += sharedBytes(range(output), range(expected), ignoreCase);
    for (let at = start; at < shared; at += 1) {
      if (!isLineEnd(output[at] as number)) continue;
      line += 1;
      lineStart = at + 1;
    }
    yield;
  }
  if (shared === output.length && shared === expected.length) return null;
  const rest = (bytes: Buffer) =>
    lineStart === bytes.length ? null : { bytes, start: lineStart, end: bytes.length };
  return diffAt({ line, got: rest(output), expected: rest(expected), shared: shared - lineStart });
}
