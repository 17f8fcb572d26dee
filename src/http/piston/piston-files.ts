import type { JobRequest } from "../../api/job-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";

/** One file of a job. */
export type JobFile = JobRequest["files"][number];

type PistonEncoding = "utf8" | "base64" | "hex";

/** Checks that `files` is a list whose every entry has content. Throws `invalid_request` with Piston's words. */
export function requirePistonFiles(files: unknown): Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(files)) throw invalid("files is required as an array", "files");
  for (const [index, file] of files.entries()) {
    if (typeof file?.content !== "string") {
      throw invalid(`files[${index}].content is required as a string`, `files[${index}].content`);
    }
  }
  return files;
}

/**
 * Piston's files as ours. One without a name is `file<i>.code`, an encoding that is not known is utf8, base64 and hex
 * are read as far as they go, and the first utf8 file is the main one, so that it moves to the front.
 */
export function pistonFiles(
  language: string,
  files: readonly Readonly<Record<string, unknown>>[],
): JobFile[] {
  const read = files.map(readFile);
  const main = language === "file" ? 0 : read.findIndex(({ encoding }) => encoding === "utf8");
  if (main < 0 || read.length === 0)
    throw invalid("files must include at least one utf8 encoded file", "files");
  return [...read.slice(main, main + 1), ...read.slice(0, main), ...read.slice(main + 1)];
}

function readFile(file: Readonly<Record<string, unknown>>, index: number): JobFile {
  const { name, content } = file;
  if (name && typeof name !== "string")
    throw invalid(`files[${index}].name must be a string`, `files[${index}].name`);
  const encoding = encodingOf(file.encoding);
  const text = String(content);
  return {
    name: name ? String(name) : `file${index}.code`,
    content: encoding === "utf8" ? text : Buffer.from(text, encoding).toString(encoding),
    encoding,
  };
}

function encodingOf(encoding: unknown): PistonEncoding {
  return encoding === "base64" || encoding === "hex" ? encoding : "utf8";
}

function invalid(message: string, field: string): CrankcaseError {
  return new CrankcaseError("invalid_request", message, { field });
}
