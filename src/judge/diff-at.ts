import type { Diff } from "../api/testcases-result.ts";
import type { Range } from "./bytes.ts";
import { textHead } from "./text-head.ts";

/** Characters of each side that a diff shows. */
const SHOWN_CHARACTERS = 256;

/** Where lines differ only after so many bytes, what they have in common is left out but for the last of it. */
const MOST_COMMON_BYTES = 128;
const SHOWN_COMMON_BYTES = 32;

const LEFT_OUT = "…";

/** What does not begin a character of UTF-8: 10xxxxxx (RFC 3629). */
const CONTINUATION_MASK = 0xc0;
const CONTINUATION = 0x80;

/** Two places that differ: what is left of each side from there on, null where that has ended, and what they share first. */
export interface Difference {
  /** Of the output, counted from 1. */
  readonly line: number;
  readonly got: Range | null;
  readonly expected: Range | null;
  /** Bytes that both begin with. */
  readonly shared?: number;
}

/** A diff with as much of both sides as is shown. */
export function diffAt({ line, got, expected, shared = 0 }: Difference): Diff {
  const skipped = shared > MOST_COMMON_BYTES ? shared - SHOWN_COMMON_BYTES : 0;
  return { line, expected: shown(expected, skipped), got: shown(got, skipped) };
}

function shown(range: Range | null, skipped: number): string | null {
  if (range === null) return null;
  const { bytes, end } = range;
  let start = range.start + skipped;
  while (skipped > 0 && start < end && ((bytes[start] as number) & CONTINUATION_MASK) === CONTINUATION)
    start += 1;
  const { text, isCut } = textHead(bytes.subarray(start, end), SHOWN_CHARACTERS);
  return `${skipped > 0 ? LEFT_OUT : ""}${text}${isCut ? LEFT_OUT : ""}`;
}
