import { CrankcaseError } from "../errors/crankcase-error.ts";

/** What stands behind the question mark of a URL, as Fastify reads it: a name that stands there twice is a list. */
export type Query = Readonly<Record<string, unknown>>;

/** What a number in a query may be. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly fallback: number;
}

/** Throws `invalid_request` for a name that is none of these. */
export function requireKnown(query: Query, names: readonly string[]): void {
  const field = Object.keys(query).find((name) => !names.includes(name));
  if (field !== undefined) throw refused(field, `is not known; there are: ${names.join(", ")}`);
}

/** A text of a query; null where it is left out. Throws `invalid_request`. */
export function queryText(query: Query, field: string): string | null {
  const value = query[field];
  if (value === undefined) return null;
  if (typeof value !== "string") throw refused(field, "stands there more than once");
  return value;
}

/** A whole number of a query. Throws `invalid_request`. */
export function queryNumber(query: Query, field: string, { least, most, fallback }: NumberRange): number {
  const text = queryText(query, field);
  if (text === null) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw refused(field, `must be a whole number from ${least} to ${most}`);
}

/** One of some words; null where it is left out. Throws `invalid_request`. */
export function queryWord<Word extends string>(
  query: Query,
  field: string,
  words: readonly Word[],
): Word | null {
  const text = queryText(query, field);
  if (text === null) return null;
  const word = words.find((one) => one === text);
  if (word === undefined) throw refused(field, `must be one of: ${words.join(", ")}`);
  return word;
}

function refused(field: string, why: string): CrankcaseError {
  return new CrankcaseError("invalid_request", `${field} ${why}`, { field });
}
