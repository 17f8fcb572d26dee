import { isUtf8 } from "node:buffer";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { JobRequest } from "../../api/job-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";

type JobFile = JobRequest["files"][number];

/** As many as a job may have. */
const MOST_FILES = 10_000;

/**
 * Reads the program's file, and more files and folders, each `PATH` or `PATH=NAME`: a file is named by its last part, as in
 * Piston, and a folder's files by the folder. Throws `invalid_command` where something cannot be read.
 */
export async function jobFiles(main: string, more: readonly string[]): Promise<JobFile[]> {
  const files = [await jobFile(main, basename(main))];
  for (const text of more) {
    const { path, name } = await placeOf(text);
    const paths = await regularFiles(path);
    if (files.length + paths.length > MOST_FILES) {
      throw invalid(`${path} makes more than ${MOST_FILES} files; a job has no more.`);
    }
    for (const each of paths) files.push(await jobFile(each, join(name, relative(path, each))));
  }
  return files;
}

/** The path of `PATH` or `PATH=NAME`; what exists under the whole text is a PATH. */
export async function placeOf(text: string): Promise<{ readonly path: string; readonly name: string }> {
  const at = text.lastIndexOf("=");
  if (at < 1 || (await exists(text))) return { path: text, name: basename(join(process.cwd(), text)) };
  return { path: text.slice(0, at), name: text.slice(at + 1) };
}

/** The bytes of a file. Throws `invalid_command`. */
export async function fileBytes(path: string): Promise<Buffer> {
  return await readFile(path).catch((cause: Error) => {
    throw invalid(`${path} cannot be read: ${cause.message}`, cause);
  });
}

async function jobFile(path: string, name: string): Promise<JobFile> {
  const content = await fileBytes(path);
  const encoding = isUtf8(content) ? "utf8" : "base64";
  return { name, content: content.toString(encoding), encoding };
}

/** The file itself, or all below a folder; links are not followed there. */
async function regularFiles(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (it) => it.isDirectory(),
    () => false,
  );
  if (!isFolder) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

function invalid(message: string, cause?: unknown): CrankcaseError {
  return new CrankcaseError("invalid_command", message, cause === undefined ? {} : { cause });
}
