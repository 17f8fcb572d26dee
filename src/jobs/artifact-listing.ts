import type { StageRequest } from "../jail/jail.ts";
import { SEARCH_LIMITS, SEARCH_STAGE } from "./search-stage.ts";

/** A file that matched. */
export interface FoundFile {
  /** Path below the working folder. */
  readonly name: string;
  readonly bytes: number;
  readonly isReadable: boolean;
}

/** As deep as a submission may be, and a little more. */
const MOST_FOLDERS = "64";

/**
 * A stage that lists the regular files whose path matches one of the expressions, following no link; parseListing reads
 * what it prints. The programs are the base's own, which no job can write to, and nothing of the job lives any more.
 */
export function listingRequest(expressions: readonly string[]): StageRequest {
  const matches = expressions.flatMap((expression, index) =>
    index === 0 ? ["-regex", expression] : ["-o", "-regex", expression],
  );
  const print = ["-readable", "-printf", "r%s %P\\0", "-o", "-printf", "u%s %P\\0"];
  const where = [".", "-xdev", "-maxdepth", MOST_FOLDERS, "-regextype", "posix-extended", "-type", "f"];
  const argv = ["/usr/bin/find", ...where, "(", ...matches, ")", "(", ...print, ")"];
  return { ...SEARCH_STAGE, argv, limits: SEARCH_LIMITS, stdin: "none" };
}

/** The files of a listing, sorted by name. What was cut off at its end, or is no UTF-8, is left out. */
export function parseListing(listing: Buffer): FoundFile[] {
  const lines = listing.toString("latin1").split("\0").slice(0, -1);
  return lines.flatMap(parseLine).sort(byName);
}

/** The order in which files are taken and told. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function parseLine(line: string): FoundFile[] {
  const [, access = "", bytes = "", latin1 = ""] = /^([ru])(\d+) (.+)$/s.exec(line) ?? [];
  const raw = Buffer.from(latin1, "latin1");
  const name = raw.toString();
  if (name === "" || !Buffer.from(name).equals(raw)) return [];
  return [{ name, bytes: Number(bytes), isReadable: access === "r" }];
}

/** A stage that writes the files whose names it reads, one after the other; parseContents takes them apart. */
export function contentsRequest(totalBytes: number): StageRequest {
  const argv = ["/usr/bin/xargs", "--null", "--no-run-if-empty", "/bin/cat", "--"];
  return {
    ...SEARCH_STAGE,
    argv,
    limits: { ...SEARCH_LIMITS, stdoutBytes: totalBytes + 1 },
    stdin: "stream",
  };
}

/** What contentsRequest's stage reads. */
export function contentsInput(files: readonly FoundFile[]): Buffer {
  return Buffer.from(files.map(({ name }) => `./${name}\0`).join(""));
}

/** The files' contents, by name; null where the sizes do not add up. */
export function parseContents(
  files: readonly Pick<FoundFile, "name" | "bytes">[],
  contents: Buffer,
): Map<string, Buffer> | null {
  const byName = new Map<string, Buffer>();
  let at = 0;
  for (const { name, bytes } of files) {
    byName.set(name, contents.subarray(at, at + bytes));
    at += bytes;
  }
  return at === contents.length ? byName : null;
}
