const LINE_END = 10;
const SPACE = 32;
const FIRST_CONTROL = 9;
const LAST_CONTROL = 13;
const UPPER_A = 65;
const UPPER_Z = 90;
const TO_LOWER = 32;

/** Below this a loop is faster than asking for a comparison of memory. */
const SHORT_BYTES = 64;

/** Whether a byte is white space, as isspace(3) in the C locale has it: a space, or 9 to 13. */
export function isSpace(byte: number): boolean {
  return byte === SPACE || (byte >= FIRST_CONTROL && byte <= LAST_CONTROL);
}

/** Whether a byte ends a line. */
export function isLineEnd(byte: number): boolean {
  return byte === LINE_END;
}

/** A byte of a capital letter of ASCII as that of the small one; all others as they are. */
function lowered(byte: number): number {
  return byte >= UPPER_A && byte <= UPPER_Z ? byte + TO_LOWER : byte;
}

/** A part of some bytes: from `start` up to, and without, `end`. */
export interface Range {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Whether two ranges hold the same; letters of ASCII in either case where that does not count. */
export function sameRange(a: Range, b: Range, ignoreCase: boolean): boolean {
  const length = a.end - a.start;
  if (length !== b.end - b.start) return false;
  if (length > SHORT_BYTES && !ignoreCase)
    return a.bytes.compare(b.bytes, b.start, b.end, a.start, a.end) === 0;
  return sharedBytes(a, b, ignoreCase) === length;
}

/** How many bytes two ranges begin with in common. */
export function sharedBytes(a: Range, b: Range, ignoreCase: boolean): number {
  const most = Math.min(a.end - a.start, b.end - b.start);
  for (let count = 0; count < most; count += 1) {
    const one = a.bytes[a.start + count] as number;
    const other = b.bytes[b.start + count] as number;
    if (one !== other && !(ignoreCase && lowered(one) === lowered(other))) return count;
  }
  return most;
}

/** Where bytes end when white space behind the last of the others does not count. */
export function endWithoutSpace(bytes: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(bytes[at - 1] as number)) at -= 1;
  return at;
}
