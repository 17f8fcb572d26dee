import type { Range } from "./bytes.ts";

/** Longer than any double in full, which has 767 digits that count (IEEE 754); what is longer is compared as text. */
const MOST_BYTES = 4_096;

/** `infinity` with its sign. */
const LONGEST_NAME = 9;

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const EXPONENT = [69, 101];

/** What C and its like print for what is no number; a NaN's sign says nothing. */
const NAMES: ReadonlyMap<string, number> = new Map([
  ...["nan", "+nan", "-nan"].map((name) => [name, Number.NaN] as const),
  ...["inf", "+inf", "infinity", "+infinity"].map((name) => [name, Number.POSITIVE_INFINITY] as const),
  ...["-inf", "-infinity"].map((name) => [name, Number.NEGATIVE_INFINITY] as const),
]);

/**
 * The double that a token writes in decimals, such as `1`, `-.5`, `1.` or `1e5`, or by name (`nan`, `inf`, `infinity` in
 * any case, signed or not). Null for all else: hexadecimals, thousands' separators, numbers that no double is large enough for.
 */
export function writtenNumber({ bytes, start, end }: Range): number | null {
  if (isDecimal({ bytes, start, end })) {
    const value = Number(bytes.toString("latin1", start, end));
    return Number.isFinite(value) ? value : null;
  }
  if (end - start > LONGEST_NAME) return null;
  return NAMES.get(bytes.toString("latin1", start, end).toLowerCase()) ?? null;
}

function isDecimal({ bytes, start, end }: Range): boolean {
  if (end - start > MOST_BYTES) return false;
  let at = afterSign(bytes, start);
  const whole = afterDigits(bytes, at, end);
  const hasPoint = whole < end && bytes[whole] === POINT;
  const part = hasPoint ? afterDigits(bytes, whole + 1, end) : whole;
  if (part - at - (hasPoint ? 1 : 0) === 0) return false;
  if (part === end) return true;
  if (!EXPONENT.includes(bytes[part] as number)) return false;
  at = afterSign(bytes, part + 1);
  return at < end && afterDigits(bytes, at, end) === end;
}

function afterSign(bytes: Buffer, at: number): number {
  return bytes[at] === PLUS || bytes[at] === MINUS ? at + 1 : at;
}

function afterDigits(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at += 1;
  return at;
}
