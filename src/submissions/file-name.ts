import { CrankcaseError } from "../errors/crankcase-error.ts";

/** NAME_MAX of Linux (limits.h): bytes of one part of a path. */
const PART_BYTES = 255;

/** PATH_MAX of Linux (limits.h) is 4096 bytes with the NUL; the folder of submissions comes before the name. */
const NAME_BYTES = 4_096 - 256;

/** The jailer walks 64 folders deep, two of them its own (docs/jailer-protocol.md); the rest is its room. */
const MOST_FOLDERS = 60;

/** Names of files, and the folders that they lie in. */
export interface KnownNames {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

/** What names of files are checked besides themselves. */
export interface NameSetting {
  /** Where they stand in the request; `files` where left out. */
  readonly field?: string;
  /** Names that lie in the same folder. */
  readonly beside?: KnownNames;
}

const NO_NAMES: KnownNames = { files: new Set(), folders: new Set() };

/**
 * Checks the names of a job's files: relative, of at most 255 bytes a part, 3,840 in all and 60 folders, without `.`, `..`, empty
 * parts or NUL, each once, and none a folder of another. Throws `invalid_file_name` with the field.
 */
export function checkFileNames(
  names: readonly string[],
  { field: list = "files", beside = NO_NAMES }: NameSetting = {},
): KnownNames {
  const known = { files: new Set<string>(), folders: new Set<string>() };
  for (const [index, name] of names.entries()) {
    const problem = partsProblem(name) ?? clash(name, known) ?? clash(name, beside);
    if (problem !== null) {
      const field = `${list}[${index}].name`;
      throw new CrankcaseError("invalid_file_name", `${field} ${problem}`, { field });
    }
    known.files.add(name);
    for (const folder of foldersOf(name)) known.folders.add(folder);
  }
  return known;
}

/** The folders that a name leads through, the outermost first: `a/b/c.py` leads through `a` and `a/b`. */
export function foldersOf(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join("/"));
}

function partsProblem(name: string): string | null {
  if (name.includes("\0")) return "must not hold NUL";
  if (!name.isWellFormed()) return "must be well-formed Unicode: it holds half of a surrogate pair";
  if (name.startsWith("/")) return "must not be absolute";
  if (Buffer.byteLength(name) > NAME_BYTES) return `must not be longer than ${NAME_BYTES} bytes`;
  const parts = name.split("/");
  if (parts.length - 1 > MOST_FOLDERS) return `must not lie more than ${MOST_FOLDERS} folders deep`;
  if (parts.includes("")) return "must not have an empty part";
  if (parts.includes(".") || parts.includes("..")) return "must not have `.` or `..` as a part";
  if (parts.some((part) => Buffer.byteLength(part) > PART_BYTES)) {
    return `must not have a part longer than ${PART_BYTES} bytes`;
  }
  return null;
}

function clash(name: string, { files, folders }: KnownNames): string | null {
  if (files.has(name)) return "stands there twice";
  if (folders.has(name)) return "is a folder of another file";
  return foldersOf(name).some((folder) => files.has(folder)) ? "lies below another file" : null;
}
