import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { dir } from "tmp-promise";
import { foldersOf } from "./file-name.ts";

/** Only the daemon's user, and the jailer as root, may look into a submission. */
const PRIVATE = 0o700;

/** What a job brings along. The names of its files were checked (file-name.ts). */
export interface SubmissionContent {
  readonly files: readonly { readonly name: string; readonly content: Buffer }[];
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

async function writeContent({ files, args, stdin }: SubmissionContent, path: string): Promise<void> {
  const root = join(path, "submission");
  await mkdir(root);
  const folders = new Set(files.flatMap(({ name }) => foldersOf(name)));
  for (const folder of folders) await mkdir(join(root, folder));
  for (const { name, content } of files) await writeFile(join(root, name), content, { flag: "wx" });
  await writeFile(join(path, "args.args"), args.map((arg) => `${arg}\n`).join(""));
  await writeFile(join(path, "stdin.stdin"), stdin);
}

/** The folders of a submission's files and the files themselves, as many as the jail's disk must hold. */
export function countInodes({ files }: SubmissionContent): number {
  return files.length + new Set(files.flatMap(({ name }) => foldersOf(name))).size;
}
