import { languageNames } from "../../api/language-names.ts";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { didYouMean } from "../../schema/closest-name.ts";
import { languageOf, noLanguage, versioned } from "./language-of.ts";
import { type PathKind, pathKind } from "./path-kind.ts";

/** What to run. */
export interface RunTarget {
  readonly language: string;
  /** Range of versions behind the language, as in python@3.11. */
  readonly version?: string;
  /** Path of the program's file. */
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * Reads `LANGUAGE[@RANGE] FILE [ARGS...]` or `FILE [ARGS...]`; a first operand that names a language wins where a file follows.
 * Throws `invalid_command` when there is no such file, it is a folder, or its ending tells no language.
 */
export function runTarget(
  operands: readonly string[],
  runtimes: readonly RuntimeInfo[],
  kindOf: (path: string) => PathKind = pathKind,
): RunTarget {
  const exists = (path: string) => kindOf(path) !== "nothing";
  const [operand = "", second, ...rest] = operands;
  const { first, version } = exists(operand) ? { first: operand } : versioned(operand);
  const names = languageNames(runtimes);
  const isFile = exists(first);
  if (second !== undefined && (!isFile || (names.includes(first) && exists(second)))) {
    if (!exists(second)) throw noFile(second, first, names);
    if (!names.includes(first)) throw noLanguage(first, names);
    requireNoFolder(second, kindOf);
    return { language: first, ...(version === undefined ? {} : { version }), file: second, args: rest };
  }
  if (!isFile && names.includes(first)) throw invalid(`FILE is missing after the language ${first}.`);
  if (!isFile) throw noFile(first, first, names);
  requireNoFolder(first, kindOf);
  return {
    language: languageOf(first, runtimes, `Name it: LANGUAGE ${first}`),
    file: first,
    args: operands.slice(1),
  };
}

function noFile(file: string, language: string, names: readonly string[]): CrankcaseError {
  const hint = file.startsWith("-")
    ? " Options come before LANGUAGE: what comes after it belongs to the program."
    : names.includes(language)
      ? ""
      : didYouMean(language, names);
  return invalid(`There is no file ${file}.${hint}`);
}

function requireNoFolder(path: string, kindOf: (path: string) => PathKind): void {
  if (kindOf(path) === "folder") throw invalid(`${path} is a folder; name a file.`);
}

function invalid(message: string): CrankcaseError {
  return new CrankcaseError("invalid_command", message);
}
