import type { CompiledFile } from "../compiled/compiled.ts";
import { ownBytes } from "../compiled/own-bytes.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { JobJail } from "../jail/jail.ts";
import { checkFileNames, foldersOf } from "../submissions/file-name.ts";
import type { SubmissionContent } from "../submissions/submission.ts";
import { parseContents } from "./artifact-listing.ts";
import { mentionsInput } from "./compile-key.ts";
import { ranStage } from "./ran-stage.ts";
import { SEARCH_LIMITS, SEARCH_STAGE } from "./search-stage.ts";

const MIB = 1_048_576;

/** What is kept of one compile at most; programs of whole languages' runtimes have a few megabytes. */
const MOST_FILES = 256;
const MOST_BYTES = 16 * MIB;

/** All names together. */
const LISTING_BYTES = 65_536;

/** Set-user-ID, set-group-ID and sticky bits, and those of execution (inode(7)). */
const SPECIAL_BITS = 0o7000;
const EXECUTABLE_BITS = 0o111;

/** An entry of the working folder, or of what lies beside it, as find(1) tells it. */
interface FoundEntry {
  /** Below the working folder; of what lies beside it, it begins with `../`. */
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly links: number;
  readonly bytes: number;
  /** Whether it is the file that the jailer made, which is root's. */
  readonly isGiven: boolean;
  /** Whether that was never read; its owner alone could read it unseen. */
  readonly isUnread: boolean;
}

/**
 * Reads what a compile stage added to the working folder or changed in it, by a small stage of the same jail, as the user that
 * the compile was; no other stage has run since. Null where that is more than is kept, or anything but plain files in the
 * folders that hold them: links, devices, empty folders, files that may not be read, files of the job's that are gone, an input
 * that was replaced. Null too where the stage has read the job's input or arguments, for which the key does not stand. Rejects like a stage's report.
 */
export async function readCompiled(
  jail: JobJail,
  submission: SubmissionContent,
): Promise<readonly CompiledFile[] | null> {
  const { files: brought } = submission;
  const broughtBytes = brought.reduce((sum, { content }) => sum + content.length, 0);
  const { report, stdout, stderr } = await ranStage(jail, readingRequest(MOST_BYTES + broughtBytes));
  if (report.exitCode !== 0) return null;
  const [beside, entries] = parted(parseEntries(stderr), ({ name }) => name.startsWith("../"));
  const files = plainFiles(entries);
  if (files === null || !beside.every(({ isGiven }) => isGiven)) return null;
  if (!mentionsInput(submission) && !beside.every(({ isUnread }) => isUnread)) return null;
  const contents = parseContents(files, stdout);
  if (contents === null || brought.some(({ name }) => !contents.has(name))) return null;
  const old = new Map(brought.map(({ name, content }) => [name, content]));
  const compiled = files.flatMap(({ name, mode }) => {
    const executable = (mode & EXECUTABLE_BITS) !== 0;
    const content = ownBytes(contents.get(name) ?? new Uint8Array());
    return !executable && old.get(name)?.equals(content) === true ? [] : [{ name, content, executable }];
  });
  return isSmall(compiled) ? compiled : null;
}

/**
 * One find(1) for both: what there is, on stderr, and what is in it, on stdout and in the same order. The programs are the
 * base's own, which no job can write to, and nothing of the job lives any more.
 */
function readingRequest(contentBytes: number) {
  const where = [".", "../stdin.stdin", "../args.args", "-xdev"];
  const list = ["-fprintf", "/dev/stderr", "%y %m %n %s %U %A@ %p\\0"];
  const contents = ["-type", "f", "-path", "./*", "-exec", "/bin/cat", "--", "{}", "+"];
  return {
    ...{ ...SEARCH_STAGE, stdin: "none" as const },
    argv: ["/usr/bin/find", ...where, ...list, ...contents],
    limits: { ...SEARCH_LIMITS, stdoutBytes: contentBytes + 1, stderrBytes: LISTING_BYTES },
  };
}

const LINE =
  /^(?<type>\w) (?<mode>[0-7]+) (?<links>\d+) (?<bytes>\d+) (?<owner>\d+) (?<read>[\d.]+) (?<path>.+)$/s;

/** The entries of a listing but the folder itself; a name that is no UTF-8, or a line that is none, makes one of no type. */
function parseEntries(listing: Buffer): FoundEntry[] {
  const lines = listing.toString("latin1").split("\0").slice(0, -1);
  return lines.map(parseEntry).filter(({ name }) => name !== ".");
}

function parseEntry(line: string): FoundEntry {
  const { type, mode, links, bytes, owner, read, path } = LINE.exec(line)?.groups ?? {};
  const raw = Buffer.from(path ?? "", "latin1");
  const name = raw.toString();
  return {
    name: name.startsWith("./") ? name.slice(2) : name,
    type: Buffer.from(name).equals(raw) ? (type ?? "") : "",
    mode: Number.parseInt(mode ?? "", 8),
    links: Number(links),
    bytes: Number(bytes),
    isGiven: type === "f" && Number(owner) === 0,
    // The jailer sets the time of the last reading to 0 (box.c).
    isUnread: type === "f" && Number(owner) === 0 && Number(read) === 0,
  };
}

/** The files, where they are plain ones and every folder holds some; else null. */
function plainFiles(entries: readonly FoundEntry[]): FoundEntry[] | null {
  const files = entries.filter(({ type }) => type === "f");
  const needed = new Set(files.flatMap(({ name }) => foldersOf(name)));
  const isPlain = ({ type, mode, links, name }: FoundEntry) =>
    (mode & SPECIAL_BITS) === 0 && ((type === "f" && links === 1) || (type === "d" && needed.has(name)));
  return entries.every(isPlain) && haveGoodNames(files) ? files : null;
}

/** What could not be sent by a caller is not put into another's jail either. */
function haveGoodNames(files: readonly FoundEntry[]): boolean {
  try {
    checkFileNames(files.map(({ name }) => name));
    return true;
  } catch (thrown) {
    if (thrown instanceof CrankcaseError) return false;
    throw thrown;
  }
}

function parted<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function isSmall(files: readonly CompiledFile[]): boolean {
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  return files.length <= MOST_FILES && bytes <= MOST_BYTES;
}
