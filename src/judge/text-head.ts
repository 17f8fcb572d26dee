/** UTF-8 has four bytes for a character at most (RFC 3629). */
const MOST_CHARACTER_BYTES = 4;

/** A stage's output is shown to so many characters. */
const HEAD_CHARACTERS = 2_048;

/** So many bytes of an output are enough for its head. */
export const HEAD_BYTES = HEAD_CHARACTERS * MOST_CHARACTER_BYTES;

/** The beginning of some bytes as text, what is not UTF-8 replaced, and whether that is not all; never half a character. */
export function textHead(
  bytes: Buffer,
  characters = HEAD_CHARACTERS,
): { readonly text: string; readonly isCut: boolean } {
  const whole = bytes.subarray(0, characters * MOST_CHARACTER_BYTES).toString();
  const isLonger = bytes.length > characters * MOST_CHARACTER_BYTES;
  if (whole.length <= characters) return { text: isLonger ? withoutLast(whole) : whole, isCut: isLonger };
  const cut = whole.slice(0, characters);
  return { text: cut.isWellFormed() ? cut : cut.slice(0, -1), isCut: true };
}

/** The cut may have gone through it. */
function withoutLast(text: string): string {
  return text.endsWith("\uFFFD") ? text.slice(0, -1) : text;
}
