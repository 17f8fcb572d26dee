/** A text without control characters: a program or a caller chose it, and a terminal obeys what they say; pure. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}
