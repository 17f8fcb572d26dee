import { extname } from "node:path";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { didYouMean } from "../../schema/closest-name.ts";
import type { PathKind } from "./path-kind.ts";

/** What stands before and behind the last @; no language has one in its name. */
export function versioned(operand: string): { readonly first: string; readonly version?: string } {
  const at = operand.lastIndexOf("@");
  return at < 1 ? { first: operand } : { first: operand.slice(0, at), version: operand.slice(at + 1) };
}

/** The language that a file's ending tells. Throws `invalid_command` where it tells none; `instead` says what to do then. */
export function languageOf(file: string, runtimes: readonly RuntimeInfo[], instead: string): string {
  const ending = extname(file);
  const runtime = runtimes.find(({ file_endings: endings }) => endings.includes(ending));
  if (runtime !== undefined) return runtime.language;
  const known = [...new Set(runtimes.flatMap(({ file_endings: endings }) => endings))].sort().join(" ");
  const message = `The ending of ${file} tells no installed language (known: ${known || "none"}). ${instead}`;
  throw new CrankcaseError("invalid_command", message);
}

/** That there is no such language, and which one may have been meant. */
export function noLanguage(language: string, names: readonly string[]): CrankcaseError {
  const hint = didYouMean(language, names) || ` Installed: ${names.join(" ")}`;
  return new CrankcaseError("invalid_command", `${language} is no installed language.${hint}`);
}

/**
 * The language in the first place of `[LANGUAGE[@RANGE]] FILE...`, which a file of the same name does not hide where more files
 * follow; null where none is. Throws `invalid_command` for what can only be meant as one, and is not installed.
 */
export function namedLanguage(
  operands: readonly string[],
  names: readonly string[],
  kindOf: (path: string) => PathKind,
): { readonly language: string; readonly version?: string } | null {
  const [operand = "", second] = operands;
  const isFile = kindOf(operand) !== "nothing";
  const { first, version } = isFile ? { first: operand } : versioned(operand);
  const isName = names.includes(first) && (!isFile || (second !== undefined && kindOf(second) === "file"));
  if (isName) return { language: first, ...(version === undefined ? {} : { version }) };
  const looksLikeName =
    !isFile && /^[^./]+$/.test(first) && second !== undefined && kindOf(second) === "file";
  if (looksLikeName) throw noLanguage(first, names);
  return null;
}
