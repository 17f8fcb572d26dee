import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { dir } from "tmp-promise";
import { foldersOf } from "./file-name.ts";

/** Only the daemon's user, and the jailer as root, may look into a submission. */
const PRIVATE = 0o700;

/** A tmpfs hands out whole pages (tmpfs(5)); those of amd64 and most arm64 kernels. */
const PAGE_BYTES = 4_096;

/** Folders of every jail's disk: its root, /box, /tmp, /dev/shm and /box/submission. */
const BOX_FOLDERS = 5;

/** What a job brings along. The names of its files were checked (file-name.ts). */
export interface SubmissionContent {
  readonly files: readonly {
    readonly name: string;
    readonly content: Buffer;
    readonly executable?: boolean;
  }[];
  readonly args: readonly string[];
  readonly stdin: Buffer;
}

/** A job's files on disk; disposing removes them, and doing so twice is harmless. */
export interface Submission extends AsyncDisposable {
  /** Name of the folder below the folder of submissions. */
  readonly folder: string;
}

/**
 * Writes a submission into a private folder of its own: `submission/` with the files, `args.args` with the arguments,
 * one a line, and `stdin.stdin`. Nothing is left of it when writing fails.
 */
export async function writeSubmission(
  content: SubmissionContent,
  submissionsDir: string,
): Promise<Submission> {
  await using acquired = new AsyncDisposableStack();
  const { path } = await dir({ tmpdir: submissionsDir, prefix: "job", mode: PRIVATE });
  acquired.defer(() => rm(path, { recursive: true, force: true }));
  await writeContent(content, path);
  const owned = acquired.move();
  return { folder: basename(path), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Makes the folder of submissions, and removes what a daemon that was killed left in it. */
export async function clearSubmissions(submissionsDir: string): Promise<void> {
  await mkdir(submissionsDir, { recursive: true, mode: PRIVATE });
  for (const name of await readdir(submissionsDir)) {
    await rm(join(submissionsDir, name), { recursive: true, force: true });
  }
}

async function writeContent(content: SubmissionContent, path: string): Promise<void> {
  const { files, stdin } = content;
  const root = join(path, "submission");
  await mkdir(root);
  const folders = new Set(files.flatMap(({ name }) => foldersOf(name)));
  for (const folder of folders) await mkdir(join(root, folder));
  for (const file of files)
    await writeFile(join(root, file.name), file.content, {
      flag: "wx",
      mode: file.executable === true ? 0o755 : 0o644,
    });
  await writeFile(join(path, "args.args"), argsFile(content));
  await writeFile(join(path, "stdin.stdin"), stdin);
}

/** What a submission takes of the jail's disk, which is a tmpfs: whole pages for every file, and an inode for each name. */
export interface DiskUse {
  readonly bytes: number;
  readonly inodes: number;
}

/** What the jail's disk must hold of a submission before a stage starts: all that writeSubmission writes. */
export function diskUse(content: SubmissionContent): DiskUse {
  const { files, stdin } = content;
  const sizes = [
    ...files.map((file) => file.content.length),
    stdin.length,
    Buffer.byteLength(argsFile(content)),
  ];
  const folders = new Set(files.flatMap(({ name }) => foldersOf(name)));
  return {
    bytes: sizes.reduce((sum, size) => sum + Math.ceil(size / PAGE_BYTES) * PAGE_BYTES, 0),
    inodes: sizes.length + folders.size + BOX_FOLDERS,
  };
}

/** The text of args.args: one argument a line. */
function argsFile({ args }: SubmissionContent): string {
  return args.map((arg) => `${arg}\n`).join("");
}
