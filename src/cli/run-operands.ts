import { existsSync } from "node:fs";
import { extname } from "node:path";
import type { RuntimeInfo } from "../api/runtime-info.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { didYouMean } from "../schema/closest-name.ts";

/** What to run. */
export interface RunTarget {
  readonly language: string;
  /** Path of the program's file. */
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * Reads `LANGUAGE FILE [ARGS...]` or `FILE [ARGS...]`; a first operand that names a language wins where a file follows.
 * Throws `invalid_command` when there is no such file or its ending tells no language.
 */
export function runTarget(
  operands: readonly string[],
  runtimes: readonly RuntimeInfo[],
  exists: (path: string) => boolean = existsSync,
): RunTarget {
  const [first = "", second, ...rest] = operands;
  const names = runtimes.flatMap(({ language, aliases }) => [language, ...aliases]);
  const isFile = exists(first);
  if (second !== undefined && (!isFile || (names.includes(first) && exists(second)))) {
    if (!exists(second)) throw noFile(second, first, names);
    if (!names.includes(first)) throw noLanguage(first, names);
    return { language: first, file: second, args: rest };
  }
  if (!isFile) throw noFile(first, first, names);
  return { language: languageOf(first, runtimes), file: first, args: operands.slice(1) };
}

function languageOf(file: string, runtimes: readonly RuntimeInfo[]): string {
  const ending = extname(file);
  const runtime = runtimes.find(({ file_endings: endings }) => endings.includes(ending));
  if (runtime !== undefined) return runtime.language;
  const known = [...new Set(runtimes.flatMap(({ file_endings: endings }) => endings))].sort().join(" ");
  throw new CrankcaseError(
    "invalid_command",
    `The ending of ${file} tells no installed language (known: ${known || "none"}). Name it: crankcase run LANGUAGE ${file}`,
  );
}

function noLanguage(language: string, names: readonly string[]): CrankcaseError {
  const hint = didYouMean(language, names) || ` Installed: ${names.join(" ")}`;
  return new CrankcaseError("invalid_command", `${language} is no installed language.${hint}`);
}

function noFile(file: string, language: string, names: readonly string[]): CrankcaseError {
  const hint = file.startsWith("-")
    ? " Options come before LANGUAGE: what comes after it belongs to the program."
    : names.includes(language)
      ? ""
      : didYouMean(language, names);
  return new CrankcaseError("invalid_command", `There is no file ${file}.${hint}`);
}
