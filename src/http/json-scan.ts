import { type JsonPlace, lineAndColumn } from "./json-place.ts";
import { checkedString, plainToken, quotedText, skipSpace, stringValue } from "./json-token.ts";

/** Deeper than any request has to be, and shallow enough for whoever walks through the value. */
export const MOST_LEVELS = 64;

/** Names, values and signs between them: ten times what 10,000 files take, and read within a tenth of a second. */
export const MOST_PARTS = 500_000;

/** What is wrong with a JSON text. */
export type JsonFaultKind = "syntax" | "too_deep" | "too_many" | "duplicate" | "lone_surrogate";

/** The first fault of a JSON text, and where it is. */
export interface JsonFault extends JsonPlace {
  readonly kind: JsonFaultKind;
  /** Names and numbers that lead to the value it is in; empty at the top. */
  readonly path: readonly string[];
}

/** An object or array that is open. */
interface Level {
  /** The names that were seen; null in an array. */
  readonly names: Set<string> | null;
  /** Where in it the reader is. */
  step: string;
  index: number;
}

/** What may come next. */
type Expected = "value" | "value-or-end" | "name" | "name-or-end" | "next";

/** A reader of one text: it goes from left to right once, and keeps of what it has seen the open levels alone. */
interface Reader {
  readonly text: string;
  readonly mode: ScanMode;
  /** Whether half of a surrogate pair can be in it at all. */
  readonly mayHoldHalf: boolean;
  readonly levels: Level[];
  at: number;
  expected: Expected;
}

/** What is wrong at the reader's place; null where nothing is. */
type Fault = JsonFaultKind | null;

/**
 * `lenient` and `strict` look for what JSON.parse lets pass, and leave the inside of strings to it: both for a text that
 * is nested too deep, `strict` also for a name that an object has twice, of which JSON.parse keeps the last, and for
 * half of a surrogate pair, which is no character. `exact` is for a text that JSON.parse refused: it finds the place.
 */
export type ScanMode = "strict" | "lenient" | "exact";

/**
 * Finds the first fault of a JSON text (RFC 8259), or null: in time linear in its length, with no recursion, and before
 * anything is built of it.
 */
export function findJsonFault(text: string, mode: ScanMode): JsonFault | null {
  const mayHoldHalf = mode === "strict" && /\\u[dD]/.test(text);
  const reader: Reader = { text, mode, mayHoldHalf, levels: [], at: 0, expected: "value" };
  for (let parts = 1; ; parts += 1) {
    reader.at = skipSpace(text, reader.at);
    if (reader.at >= text.length) break;
    const fault = parts > MOST_PARTS ? "too_many" : readNext(reader);
    if (fault !== null) return faultOf(reader, fault);
  }
  const isWhole = reader.expected === "next" && reader.levels.length === 0;
  return isWhole ? null : faultOf(reader, "syntax");
}

function faultOf({ text, at, levels }: Reader, kind: JsonFaultKind): JsonFault {
  const path = levels.map(({ step }) => step).filter((step) => step !== "");
  return { kind, path, ...lineAndColumn(text, at) };
}

function readNext(reader: Reader): Fault {
  const { text, at, expected } = reader;
  const char = text[at];
  if (char === "}" || char === "]") return close(reader, char);
  if (expected === "next") return readComma(reader, char);
  if (expected === "name" || expected === "name-or-end") return readName(reader);
  if (char === "{" || char === "[") return open(reader, char);
  if (char === '"') return readString(reader);
  const token = plainToken(text, at);
  return token === null ? "syntax" : advance(reader, token.end, "next");
}

function open(reader: Reader, char: "{" | "["): Fault {
  if (reader.levels.length === MOST_LEVELS) return "too_deep";
  const isObject = char === "{";
  reader.levels.push({ names: isObject ? new Set() : null, step: isObject ? "" : "0", index: 0 });
  return advance(reader, reader.at + 1, isObject ? "name-or-end" : "value-or-end");
}

function close(reader: Reader, char: "}" | "]"): Fault {
  const level = reader.levels.at(-1);
  const mayEnd = reader.expected === "next" || reader.expected.endsWith("-or-end");
  if (level === undefined || !mayEnd || (level.names !== null) !== (char === "}")) return "syntax";
  reader.levels.pop();
  return advance(reader, reader.at + 1, "next");
}

function readComma(reader: Reader, char: string | undefined): Fault {
  const level = reader.levels.at(-1);
  if (level === undefined || char !== ",") return "syntax";
  if (level.names !== null) return advance(reader, reader.at + 1, "name");
  level.index += 1;
  level.step = String(level.index);
  return advance(reader, reader.at + 1, "value");
}

function readName(reader: Reader): Fault {
  const { text, at } = reader;
  const level = reader.levels.at(-1);
  if (text[at] !== '"' || level?.names == null) return "syntax";
  const fault = readString(reader);
  const end = reader.at;
  if (fault !== null) return fault;
  reader.at = skipSpace(text, end);
  if (text[reader.at] !== ":") return "syntax";
  level.step = stringValue(text.slice(at, end));
  if (reader.mode !== "strict") return advance(reader, reader.at + 1, "value");
  if (level.names.has(level.step)) return moved(reader, at, "duplicate");
  level.names.add(level.step);
  return advance(reader, reader.at + 1, "value");
}

function readString(reader: Reader): Fault {
  const { text, at, mode } = reader;
  const { end, isWhole } = mode === "exact" ? checkedString(text, at) : quotedText(text, at);
  if (!isWhole) return moved(reader, end, "syntax");
  if (reader.mayHoldHalf && !stringValue(text.slice(at, end)).isWellFormed()) return "lone_surrogate";
  return advance(reader, end, "next");
}

function moved(reader: Reader, at: number, fault: JsonFaultKind): Fault {
  reader.at = at;
  return fault;
}

function advance(reader: Reader, at: number, expected: Expected): null {
  reader.at = at;
  reader.expected = expected;
  return null;
}
