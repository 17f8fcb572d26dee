import { CrankcaseError } from "../errors/crankcase-error.ts";
import { pointedAt } from "./json-pointer.ts";

/** What is carried from step to step: bytes as they were written, a value of JSON, or a list of such, of which some are not there. */
export type Carried =
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "list"; readonly values: readonly (Carried | null)[] };

/** How a list is written, and a text parted. */
export type ListForm = "lines" | "json";

/** Longest text that is read as JSON, in bytes: reading it holds everybody up. */
const MOST_JSON_BYTES = 1024 * 1024;

const strictText = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Throws `value_unusable`. */
export function unusable(why: string): never {
  throw new CrankcaseError("value_unusable", why);
}

/** The bytes as JSON, or what the pointer leads to in it; `what` names them in an error. Throws `value_unusable`. */
export function carriedJson(bytes: Buffer, pointer: string, what: string): Carried {
  if (bytes.length > MOST_JSON_BYTES)
    unusable(`${what} is longer than the ${MOST_JSON_BYTES} bytes that are read as JSON`);
  const value = pointedAt(parsed(bytes, what), pointer);
  if (value === undefined) unusable(`${what} has nothing at ${JSON.stringify(pointer)}`);
  return { kind: "json", value };
}

function parsed(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(strictText.decode(bytes));
  } catch {
    return unusable(`${what} is not JSON`);
  }
}

/** As the content of a file, or of standard input: bytes as they are, a text as it is, all else as JSON. */
export function toBytes(carried: Carried, form: ListForm = "lines"): Buffer {
  if (carried.kind === "bytes") return carried.bytes;
  if (carried.kind === "json") return Buffer.from(jsonText(carried.value));
  if (form === "json") return Buffer.from(written(carried.values.map(toPlain)));
  return Buffer.from(carried.values.map((one) => `${one === null ? "" : toLine(one)}\n`).join(""));
}

/** As one argument or variable: without the line end at its end. Throws `value_unusable` for what these cannot hold. */
export function toText(carried: Carried, form: ListForm, what: string): string {
  const text = decoded(toBytes(carried, form), what);
  if (text.includes("\0")) unusable(`${what} holds NUL, which no argument and no variable can`);
  return withoutLineEnd(text);
}

/** As a value of JSON: bytes as a text without the line end at its end. */
export function toPlain(carried: Carried | null): unknown {
  if (carried === null) return null;
  if (carried.kind === "json") return carried.value;
  if (carried.kind === "list") return carried.values.map(toPlain);
  return withoutLineEnd(carried.bytes.toString());
}

/** As the items of a fan-out. Throws `value_unusable` for JSON that is no array. */
export function toItems(carried: Carried, form: ListForm | undefined, what: string): readonly unknown[] {
  if (carried.kind === "list") return carried.values.map(toPlain);
  const read = carried.kind === "bytes" && form === "json" ? carriedJson(carried.bytes, "", what) : carried;
  if (read.kind === "json")
    return Array.isArray(read.value) ? read.value : unusable(`${what} is no JSON array`);
  const lines = decoded(toBytes(read), what).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function toLine(carried: Carried): string {
  return withoutLineEnd(toBytes(carried).toString());
}

function jsonText(value: unknown): string {
  return typeof value === "string" ? value : written(value);
}

/** What is nested deeper than writing can follow was made for that. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return unusable("a value is nested too deeply to be written as JSON");
  }
}

function decoded(bytes: Buffer, what: string): string {
  try {
    return strictText.decode(bytes);
  } catch {
    return unusable(`${what} is not UTF-8`);
  }
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
