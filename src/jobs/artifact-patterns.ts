import type { JobRequest } from "../api/job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** The files that a job is to send back. */
export interface WantedArtifacts {
  /** POSIX extended regular expressions, each for a whole path such as `./out/plot.png`. */
  readonly expressions: readonly string[];
  readonly delivery: "inline" | "url";
}

/** A name that `*` stands for: not hidden. */
const ANY_NAME = "[^/.][^/]*";

/** Folders, also none, and behind them whatever follows. */
const ANY_FOLDERS = `(${ANY_NAME}/)*`;

/** Reads what a request wants back; null for nothing. Throws `invalid_request` for a pattern that can match nothing. */
export function wantedArtifacts({ artifacts = [], artifact_delivery }: JobRequest): WantedArtifacts | null {
  if (artifacts.length === 0) return null;
  for (const [index, pattern] of artifacts.entries()) requirePattern(pattern, `artifacts[${index}]`);
  return { expressions: artifacts.map(patternExpression), delivery: artifact_delivery ?? "inline" };
}

/**
 * A pattern as the extended regular expression that matches the same paths, for find(1): the matching is done in the jail,
 * at the job's own cost. Where many stars stand in a row, one that backtracks would take longer than the universe.
 */
function patternExpression(pattern: string): string {
  const parts = pattern.split("/");
  const expressions = parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    if (part !== "**") return isLast ? nameExpression(part) : `${nameExpression(part)}/`;
    return isLast ? `${ANY_FOLDERS}${ANY_NAME}` : ANY_FOLDERS;
  });
  return `[.]/${expressions.join("")}`;
}

/** One part of a path. Question marks move in front of the stars beside them, which means the same. */
function nameExpression(part: string): string {
  const wildcards = (run: string) => `${run.replaceAll("*", "")}${run.includes("*") ? "*" : ""}`;
  const plain = part.replace(/[*?]+/g, wildcards);
  const [first = "", ...others] = [...plain];
  const rest = others.map(characterExpression).join("");
  if (first === "?") return `[^/.]${rest}`;
  if (first !== "*") return `${characterExpression(first)}${rest}`;
  if (rest === "" || others[0] === ".") return `${ANY_NAME}${rest}`;
  return `(${ANY_NAME})?${rest}`;
}

/** A character of a pattern, not the first of a name. In brackets most are themselves (regex(7)). */
function characterExpression(character: string): string {
  if (character === "*") return "[^/]*";
  if (character === "?") return "[^/]";
  if (character === "^" || character === "\\") return `\\${character}`;
  return /^[.[\](){}+$|]$/.test(character) ? `[${character}]` : character;
}

function requirePattern(pattern: string, field: string): void {
  const problem = patternProblem(pattern);
  if (problem === null) return;
  throw new CrankcaseError("invalid_request", `${field} ${problem}`, { field });
}

function patternProblem(pattern: string): string | null {
  if (pattern.includes("\0")) return "must not hold NUL";
  if (!pattern.isWellFormed()) return "must be well-formed Unicode: it holds half of a surrogate pair";
  if (pattern.startsWith("/")) return "must not be absolute: patterns are below the working folder";
  const parts = pattern.split("/");
  if (parts.includes("")) return "must not have an empty part";
  if (parts.includes(".") || parts.includes("..")) return "must not have `.` or `..` as a part";
  return null;
}
