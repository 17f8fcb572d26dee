/** A string of JSON, as far as it goes. */
interface StringToken {
  /** Behind its last quote, or where it stops to be JSON. */
  readonly end: number;
  readonly isWhole: boolean;
}

/** Characters that stand for themselves (RFC 8259, section 7). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what a string of JSON must not hold
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/** The string that starts at a quote, every character of it checked. */
export function checkedString(text: string, start: number): StringToken {
  let at = endOf(PLAIN, text, start + 1) ?? start;
  while (text[at] === "\\") {
    const end = endOf(ESCAPE, text, at);
    if (end === null) return { end: at, isWhole: false };
    at = endOf(PLAIN, text, end) ?? end;
  }
  return text[at] === '"' ? { end: at + 1, isWhole: true } : { end: at, isWhole: false };
}

/** The string that starts at a quote, up to the next quote that is not escaped; what is between is not looked at. */
export function quotedText(text: string, start: number): StringToken {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    if (!isEscaped(text, at)) return { end: at + 1, isWhole: true };
  }
  return { end: text.length, isWhole: false };
}

/** An odd number of backslashes stands before it. The runs of two quotes never overlap: all in all this is linear. */
function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}

const BACKSLASH = 0x5c;

/** What a string in quotes says; as it stands there where it is no JSON after all. */
export function stringValue(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

/** The number, true, false or null that starts here; null where none does. */
export function plainToken(text: string, start: number): { readonly end: number } | null {
  const end = endOf(NUMBER_OR_WORD, text, start);
  return end === null ? null : { end };
}

/** The next place that is no white space. */
export function skipSpace(text: string, start: number): number {
  const code = text.charCodeAt(start);
  return code > 0x20 ? start : (endOf(SPACE, text, start) ?? start);
}

function endOf(pattern: RegExp, text: string, start: number): number | null {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : null;
}
