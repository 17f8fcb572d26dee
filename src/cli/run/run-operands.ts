import { statSync } from "node:fs";
import { extname } from "node:path";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { didYouMean } from "../../schema/closest-name.ts";

/** What a path leads to; whatever can be read and is no folder is a file. */
export type PathKind = "file" | "folder" | "nothing";

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
  const names = runtimes.flatMap(({ language, aliases }) => [language, ...aliases]);
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
  return { language: languageOf(first, runtimes), file: first, args: operands.slice(1) };
}

/** What stands before and behind the last @; no language has one in its name. */
function versioned(operand: string): { readonly first: string; readonly version?: string } {
  const at = operand.lastIndexOf("@");
  return at < 1 ? { first: operand } : { first: operand.slice(0, at), version: operand.slice(at + 1) };
}

function languageOf(file: string, runtimes: readonly RuntimeInfo[]): string {
  const ending = extname(file);
  const runtime = runtimes.find(({ file_endings: endings }) => endings.includes(ending));
  if (runtime !== undefined) return runtime.language;
  const known = [...new Set(runtimes.flatMap(({ file_endings: endings }) => endings))].sort().join(" ");
  throw invalid(
    `The ending of ${file} tells no installed language (known: ${known || "none"}). Name it: crankcase run LANGUAGE ${file}`,
  );
}

function noLanguage(language: string, names: readonly string[]): CrankcaseError {
  const hint = didYouMean(language, names) || ` Installed: ${names.join(" ")}`;
  return invalid(`${language} is no installed language.${hint}`);
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

function pathKind(path: string): PathKind {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return "nothing";
  }
}

function invalid(message: string): CrankcaseError {
  return new CrankcaseError("invalid_command", message);
}
