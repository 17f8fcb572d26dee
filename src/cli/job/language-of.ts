import { extname } from "node:path";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { didYouMean } from "../../schema/closest-name.ts";

/** Every name under which a language can be asked for, aliases too. */
export function languageNames(runtimes: readonly RuntimeInfo[]): string[] {
  return runtimes.flatMap(({ language, aliases }) => [language, ...aliases]);
}

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
