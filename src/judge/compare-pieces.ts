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
    const [isThere, isWanted] = [got.next(), wanted.next()];
    if (!isThere && !isWanted) return null;
    if (!isThere || !isWanted || !isSame(got, wanted)) {
      const shared = isThere && isWanted ? sharedBytes(got, wanted, false) : 0;
      const { line } = got;
      return diffAt({
        ...{ line, shared },
        got: isThere ? got.rest() : null,
        expected: isWanted ? wanted.rest() : null,
      });
    }
    if (got.end + wanted.end < stop) continue;
    stop += STEP_BYTES;
    yield;
  }
}
