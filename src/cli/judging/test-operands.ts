import { languageNames } from "../../api/language-names.ts";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { languageOf, namedLanguage } from "../job/language-of.ts";
import { type PathKind, pathKind } from "../job/path-kind.ts";

/** What to judge, and by which cases. */
export interface TestTarget {
  readonly language: string;
  /** Range of versions behind the language, as in python@3.11. */
  readonly version?: string;
  /** Path of the main file. */
  readonly file: string;
  /** Paths of more files of the program. */
  readonly more: readonly string[];
  /** Folders of cases. */
  readonly folders: readonly string[];
}

/**
 * Reads `[LANGUAGE[@RANGE]] FILE... FOLDER...`, files and folders in any order. Throws `invalid_command` where there is no file,
 * something is not there, or the main file's ending tells no language.
 */
export function testTarget(
  operands: readonly string[],
  runtimes: readonly RuntimeInfo[],
  kindOf: (path: string) => PathKind = pathKind,
): TestTarget {
  const named = namedLanguage(operands, languageNames(runtimes), kindOf);
  const paths = named === null ? operands : operands.slice(1);
  const missing = paths.find((path) => kindOf(path) === "nothing");
  if (missing !== undefined) throw invalid(`There is no file or folder ${missing}.`);
  const [file, ...more] = paths.filter((path) => kindOf(path) === "file");
  if (file === undefined) throw invalid("FILE is missing: the program that is to be tested.");
  const language = named ?? {
    language: languageOf(file, runtimes, `Name it: crankcase test LANGUAGE ${file} ...`),
  };
  return { ...language, file, more, folders: paths.filter((path) => kindOf(path) === "folder") };
}

/** Throws `invalid_command` where no folder of cases was named. */
export function requireFolders(folders: readonly string[]): readonly string[] {
  if (folders.length > 0) return folders;
  throw invalid("The folder of cases is missing: crankcase test FILE FOLDER.");
}

function invalid(message: string): CrankcaseError {
  return new CrankcaseError("invalid_command", message);
}
