import { normalize } from "node:path";
import { yamlValue } from "../../schema/yaml-value.ts";
import type { PairedFiles } from "./pair-files.ts";

/** What DMOJ's init.yml lists; or why it cannot be used, for a person. */
export type DmojCases = { readonly cases: readonly PairedFiles[] } | { readonly reason: string };

/** Keys of a case that is only listed. */
const PLAIN_KEYS = ["in", "out", "points"];

/** Reads an init.yml that lists `test_cases` of `in`, `out` and `points`, all among the files; pure. */
export function dmojCases(text: string, files: ReadonlySet<string>): DmojCases {
  const root = objectOf(parsed(text));
  if (root === null) return { reason: "it is no YAML mapping" };
  const { test_cases: list, points = 1 } = root;
  if (!Array.isArray(list) || list.length === 0) return { reason: "it lists no test_cases" };
  const cases: PairedFiles[] = [];
  for (const [index, entry] of list.entries()) {
    const it = dmojCase(entry, index + 1, points);
    if (typeof it === "string") return { reason: `case ${index + 1} ${it}` };
    const missing = [it.input, it.answer].find((path) => path !== null && !files.has(path));
    if (missing != null) return { reason: `${missing} is not there (an archive has to be unpacked first)` };
    cases.push(it);
  }
  return { cases };
}

/** One entry; or what is not read of it. */
function dmojCase(entry: unknown, number: number, points: unknown): PairedFiles | string {
  const fields = objectOf(entry);
  if (fields === null) return "is no mapping";
  const other = Object.keys(fields).find((key) => !PLAIN_KEYS.includes(key));
  if (other !== undefined) return `has \`${other}\`, which is not read`;
  if (typeof fields.in !== "string") return "has no `in`";
  const weight = Number(fields.points ?? points);
  if (!(weight >= 0 && weight <= 1_000_000)) return "has points that are no number";
  const answer = typeof fields.out === "string" ? normalize(fields.out) : null;
  return { name: String(number), input: normalize(fields.in), answer, weight };
}

function parsed(text: string): unknown {
  try {
    return yamlValue(text);
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return value as Readonly<Record<string, unknown>>;
}
