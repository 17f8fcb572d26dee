import { CrankcaseError } from "../../errors/crankcase-error.ts";

/** Bots send null or an empty text for no arguments, and numbers among them. Throws `invalid_request`. */
export function argumentsOf(args: unknown): string[] {
  if (args === undefined || args === null || args === "") return [];
  if (Array.isArray(args) && args.every(isPlain)) return args.map(String);
  const message = "If specified, args must be an array of strings";
  throw new CrankcaseError("invalid_request", message, { field: "args" });
}

function isPlain(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
