import { CrankcaseError } from "../errors/crankcase-error.ts";

/** The object in a body that our parsers have left as text. Throws `malformed_json`. */
export function bodyObject(body: unknown): Record<string, unknown> {
  return parseJsonObject(typeof body === "string" ? body : "");
}

/**
 * Parses a text that somebody sent, a body unless it is called otherwise. Nothing at all counts as an empty object. Throws
 * `malformed_json`, also for JSON that is no object.
 */
export function parseJsonObject(text: string, what = "The body"): Record<string, unknown> {
  if (text.trim() === "") return {};
  const value = parse(text, what);
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new CrankcaseError("malformed_json", `${what} must be a JSON object.`);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CrankcaseError("malformed_json", `${what} is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Whether a content type, with or without parameters, is JSON's. */
export function isJsonType(contentType: string | undefined): boolean {
  return mediaType(contentType) === "application/json";
}

/** A content type without its parameters, in lower case; empty where there is none. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1).join("").trim().toLowerCase();
}
