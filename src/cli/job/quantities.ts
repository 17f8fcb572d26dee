import { CrankcaseError } from "../../errors/crankcase-error.ts";

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const BYTES: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Reads a time such as `500`, `500ms`, `2.5s` or `1m` in milliseconds. Throws `invalid_command`. */
export function toMilliseconds(text: string): number {
  const [, number, unit = "ms"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const value = Math.round(Number(number) * (MILLISECONDS[unit] ?? 1));
  if (value >= 1 && Number.isSafeInteger(value)) return value;
  throw invalid(`A time is a number of milliseconds or one with ms, s, m or h, such as 2.5s, not ${text}`);
}

/** The same in whole seconds, at least one. Throws `invalid_command`. */
export function toSeconds(text: string): number {
  return Math.max(1, Math.round(toMilliseconds(text) / 1_000));
}

/** Reads a size such as `64000000`, `256m` or `1g` in bytes; units are of 1024. Throws `invalid_command`. */
export function toBytes(text: string): number {
  const [, number, unit = ""] = /^(\d+)([kmg]?)$/.exec(text.toLowerCase()) ?? [];
  const value = Number(number) * (BYTES[unit] ?? 1);
  if (value >= 1 && Number.isSafeInteger(value)) return value;
  throw invalid(`A size is a number of bytes or one with k, m or g, such as 256m, not ${text}`);
}

/** Makes a reader of whole numbers between two bounds. It throws `invalid_command`, naming the option. */
export function wholeNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw invalid(`${option} wants a whole number from ${least} to ${most}, not ${text}`);
  };
}

/** Reads `NAME=VALUE`, or `NAME` for the value that it has here. Throws `invalid_command`. */
function toVariable(text: string, own: Readonly<Record<string, string | undefined>>) {
  const at = text.indexOf("=");
  const name = at < 0 ? text : text.slice(0, at);
  const value = at < 0 ? own[name] : text.slice(at + 1);
  if (name !== "" && value !== undefined) return { [name]: value };
  throw invalid(`--env wants NAME=VALUE, or the NAME of a variable that is set, not ${text}`);
}

/** Collects an option that may be repeated. */
export function listed(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}

/** Collects variables of an option that may be repeated. */
export function variables(own: Readonly<Record<string, string | undefined>>) {
  return (text: string, previous: Readonly<Record<string, string>> = {}) => ({
    ...previous,
    ...toVariable(text, own),
  });
}

function invalid(message: string): CrankcaseError {
  return new CrankcaseError("invalid_command", message);
}
