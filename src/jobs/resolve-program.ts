import type { JobRequest } from "../api/job-request.ts";
import { languageNames } from "../api/language-names.ts";
import { CrankcaseError, type ErrorDetails } from "../errors/crankcase-error.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import { didYouMean } from "../schema/closest-name.ts";
import { decodeContent, type Encoding } from "../submissions/decode-content.ts";
import { checkFileNames, type KnownNames } from "../submissions/file-name.ts";
import type { FileContent } from "../submissions/submission.ts";
import { checkedFlags } from "./compiler-flags.ts";
import { jobSources } from "./job-sources.ts";

/** What names a program: a job's own, its checker's or its interactor's. */
export type ProgramRequest = Pick<
  JobRequest,
  "language" | "version" | "files" | "compiler_flags" | "entrypoint"
>;

/** A program's files. */
export interface ProgramFiles {
  readonly files: readonly FileContent[];
  /** Names of those that the compile stage is given, the main file first. */
  readonly sources: readonly string[];
  readonly compilerFlags: readonly string[];
}

/** MAX_ARG_STRLEN of Linux (execve(2)), with its NUL. */
const ARGUMENT_BYTES = 131_072;

/** All arguments of one stage: below the frame that carries them (docs/jailer-protocol.md) and execve's own bound. */
const ARGUMENTS_BYTES = 512 * 1024;

/**
 * The files of a program; pure. `beside` are names that lie in the same folder. Throws `invalid_file_name`,
 * `invalid_file_content` and `invalid_request` with the field.
 */
export function programFiles(request: ProgramRequest, runtime: Runtime, beside?: KnownNames): ProgramFiles {
  const names = request.files.map((file, index) => nameOf(file.name, index, runtime));
  checkFileNames(names, beside === undefined ? {} : { beside });
  const files = request.files.map(({ content, encoding }, index) => ({
    name: names[index] ?? "",
    content: decoded(content, encoding, `files[${index}].content`),
  }));
  const sources = jobSources(request, names);
  requireShort("files", sources);
  return { files, sources, compilerFlags: checkedFlags(request.compiler_flags, runtime) };
}

/**
 * The highest installed version of a language in a range. Throws `unknown_runtime`, whose message is Piston's word for
 * word; field and suggestion say more.
 */
export function requireRuntime(catalogue: Catalogue, language: string, version: string): Runtime {
  const runtime = catalogue.select(language, version);
  if (runtime !== null) return runtime;
  const message = `${language}-${version} runtime is unknown`;
  throw new CrankcaseError("unknown_runtime", message, whatWouldDo(catalogue.runtimes, language));
}

function whatWouldDo(runtimes: readonly Runtime[], name: string): ErrorDetails {
  const same = runtimes.filter(({ language, aliases }) => language === name || aliases.includes(name));
  if (same.length > 0) {
    return { field: "version", suggestion: `Installed: ${same.map(({ version }) => version).join(", ")}` };
  }
  const suggestion = didYouMean(name, languageNames(runtimes)).trim();
  return { field: "language", ...(suggestion === "" ? {} : { suggestion }) };
}

function nameOf(name: string | undefined, index: number, runtime: Runtime): string {
  if (name !== undefined) return name;
  if (index === 0) return runtime.mainFile;
  const field = `files[${index}].name`;
  throw new CrankcaseError("invalid_request", `${field} is required: only the first file may leave it out`, {
    field,
  });
}

/** The bytes of a text. Throws `invalid_file_content` with the field. */
export function decoded(text: string, encoding: Encoding = "utf8", field: string): Buffer {
  const content = decodeContent(text, encoding);
  if (content !== null) return content;
  throw new CrankcaseError("invalid_file_content", `${field} is not ${encoding}`, { field });
}

/** Throws `invalid_request` with the field for arguments that no program could be started with. */
export function requireShort(field: string, argv: readonly string[]): void {
  const sizes = argv.map((arg) => Buffer.byteLength(arg) + 1);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= ARGUMENTS_BYTES && sizes.every((size) => size <= ARGUMENT_BYTES)) return;
  const message = `${field}: a command line holds ${ARGUMENT_BYTES - 1} bytes an argument and ${ARGUMENTS_BYTES} in all`;
  throw new CrankcaseError("invalid_request", message, { field });
}
