import type { Diff } from "../api/testcases-result.ts";
import { type Range, sharedBytes } from "./bytes.ts";
import { diffAt } from "./diff-at.ts";
import { STEP_BYTES, type Steps } from "./steps.ts";

/** Reads bytes piece by piece; it is the range of the piece at hand. */
export interface Pieces extends Range {
  /** Number of the line that the piece is in, counted from 1. */
  readonly line: number;
  /** Goes to the next piece; false where there is none. */
  next(): boolean;
  /** From this piece's start to the end of all. */
  rest(): Range;
}

/** Whether a piece may stand for the one that is expected. */
export type SamePiece = (got: Range, wanted: Range) => boolean;

/** Compares piece by piece. */
export function* comparePieces(got: Pieces, wanted: Pieces, isSame: SamePiece): Steps<Diff | null> {
  for (let stop = STEP_BYTES; ; ) {
    const isThere = got.next();
    const isWanted = wanted.next();
    if (!isThere && !isWanted) return null;
    if (!isThere) return diffAt({ line: got.line, got: null, expected: wanted.rest() });
    if (!isWanted) return diffAt({ line: got.line, got: got.rest(), expected: null });
    if (!isSame(got, wanted)) {
      const shared = sharedBytes(got, wanted, false);
      return diffAt({ line: got.line, got: got.rest(), expected: wanted.rest(), shared });
    }
    if (got.end + wanted.end < stop) continue;
    stop += STEP_BYTES;
    yield;
  }
}
