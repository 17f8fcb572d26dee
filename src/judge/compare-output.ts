import type { Comparison } from "../api/testcases-request.ts";
import type { Diff } from "../api/testcases-result.ts";
import { ByteLines } from "./byte-lines.ts";
import { ByteTokens } from "./byte-tokens.ts";
import { type Range, sameRange } from "./bytes.ts";
import { compareExact } from "./compare-exact.ts";
import { comparePieces, type SamePiece } from "./compare-pieces.ts";
import { compareUnordered } from "./compare-unordered.ts";
import type { Steps } from "./steps.ts";
import { writtenNumber } from "./written-number.ts";

const EPSILON = 1e-6;

/** How output is compared where a job does not say. */
export const USUAL_COMPARISON: Comparison = { mode: "trimmed" };

/**
 * Compares a program's output with what is expected: null where it is right, else where it first differs. In time that
 * grows with the two alone, whatever they hold, and without a copy of either, but that `unordered_lines` keeps each line of what is
 * expected. White space and letters' case are ASCII's.
 */
export function compareOutput(output: Buffer, expected: Buffer, comparison: Comparison): Steps<Diff | null> {
  const { mode, epsilon = EPSILON, ignore_case: ignoreCase = false } = comparison;
  const sameText: SamePiece = (got, wanted) => sameRange(got, wanted, ignoreCase);
  const sameValue: SamePiece = (got, wanted) => sameText(got, wanted) || sameNumber(got, wanted, epsilon);
  switch (mode) {
    case "exact":
      return compareExact(output, expected, ignoreCase);
    case "trimmed":
      return comparePieces(new ByteLines(output), new ByteLines(expected), sameText);
    case "unordered_lines":
      return compareUnordered(output, expected, ignoreCase);
    case "tokens":
      return comparePieces(new ByteTokens(output), new ByteTokens(expected), sameText);
    case "floats":
      return comparePieces(new ByteTokens(output), new ByteTokens(expected), sameValue);
  }
}

/** As doubles; what is infinite, or no number, is the same as itself alone. */
function sameNumber(got: Range, wanted: Range, epsilon: number): boolean {
  const [value, right] = [writtenNumber(got), writtenNumber(wanted)];
  if (value === null || right === null) return false;
  if (!Number.isFinite(value) || !Number.isFinite(right)) return Object.is(value, right);
  const apart = Math.abs(value - right);
  return apart <= epsilon || apart <= epsilon * Math.abs(right);
}
