import { isUtf8 } from "node:buffer";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { pathText } from "../schema/path-text.ts";
import { findJsonFault, type JsonFault, type JsonFaultKind, MOST_LEVELS, MOST_PARTS } from "./json-scan.ts";

/** `strict` is our own API's way; `lenient` is Piston's, which takes a byte order mark and a name that stands there twice. */
export type JsonMode = "strict" | "lenient";

/** What is said of a fault, behind the name of what has it. */
const FAULTS: Readonly<Record<Exclude<JsonFaultKind, "syntax">, string>> = {
  too_deep: `is nested deeper than ${MOST_LEVELS} levels`,
  too_many: `holds more than ${MOST_PARTS} names, values and signs between them`,
  duplicate: "stands there twice",
  lone_surrogate: "holds half of a surrogate pair, which is no character",
};

/**
 * The text of a body: UTF-8, and nothing in it that JSON.parse would let pass and we do not. Throws `malformed_json` with
 * the place, or `invalid_request` with the field.
 */
export function jsonText(body: Buffer, mode: JsonMode): string {
  if (!isUtf8(body)) throw malformed(`The body is not UTF-8 at byte ${firstBrokenByte(body) + 1}.`);
  const text = body.toString();
  return checkedJson(mode === "lenient" ? withoutByteOrderMark(text) : text, mode, "The body");
}

/** The text itself. Throws as jsonText does; what is no JSON at all may still pass, and fails when it is parsed. */
function checkedJson(text: string, mode: JsonMode, what: string): string {
  const fault = text.trim() === "" ? null : findJsonFault(text, mode);
  if (fault !== null) throw faultError(fault, what);
  return text;
}

/** The object in a body that our parsers have left as text. Throws `malformed_json`. */
export function bodyObject(body: unknown): Record<string, unknown> {
  return parseJsonObject(typeof body === "string" ? body : "", "The body");
}

/** The object in a message of a WebSocket, read as leniently as Piston's bodies. Throws as jsonText and bodyObject do. */
export function messageObject(text: string): Record<string, unknown> {
  return parseJsonObject(checkedJson(text, "lenient", "A message"), "A message");
}

/** Parses a text that was checked. Nothing at all counts as an empty object. Throws `malformed_json`, also for JSON that is no object. */
function parseJsonObject(text: string, what: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  const value = parse(text, what);
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw malformed(`${what} must be a JSON object, from line 1, column 1 on.`);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const fault = findJsonFault(text, "exact");
    throw fault === null ? malformed(`${what} is not JSON.`) : faultError(fault, what);
  }
}

function faultError({ kind, path, line, column }: JsonFault, what: string): CrankcaseError {
  const place = `at line ${line}, column ${column}`;
  if (kind === "syntax") return malformed(`${what} is not JSON ${place}.`);
  const field = pathText(path);
  // What lies in a list at the top is in no field.
  if (field === "" || field.startsWith("[")) return malformed(`${what} ${FAULTS[kind]}, ${place}.`);
  return new CrankcaseError("invalid_request", `${field} ${FAULTS[kind]}, ${place}`, { field });
}

/** Decoding puts U+FFFD in place of what is broken: there the bytes differ from what they were. */
function firstBrokenByte(body: Buffer): number {
  const mended = Buffer.from(body.toString());
  return body.findIndex((byte, index) => byte !== mended[index]);
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function malformed(message: string): CrankcaseError {
  return new CrankcaseError("malformed_json", message);
}

/** Whether a content type, with or without parameters, is JSON's. */
export function isJsonType(contentType: string | undefined): boolean {
  return mediaType(contentType) === "application/json";
}

/** A content type without its parameters, in lower case; empty where there is none. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1).join("").trim().toLowerCase();
}
