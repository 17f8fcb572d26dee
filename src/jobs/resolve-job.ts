import type { JobRequest } from "../api/job-request.ts";
import { languageNames } from "../api/language-names.ts";
import { CrankcaseError, type ErrorDetails } from "../errors/crankcase-error.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import { didYouMean } from "../schema/closest-name.ts";
import { decodeContent, type Encoding } from "../submissions/decode-content.ts";
import { checkFileNames } from "../submissions/file-name.ts";
import { diskUse, type SubmissionContent } from "../submissions/submission.ts";
import { type WantedArtifacts, wantedArtifacts } from "./artifact-patterns.ts";
import { checkedFlags } from "./compiler-flags.ts";
import { checkedEnvironment, type JobEnvironment } from "./job-environment.ts";
import { jobSources } from "./job-sources.ts";
import { type LimitConfig, languageLimits } from "./language-limits.ts";
import { type ResolvedLimits, resolveLimits } from "./resolve-limits.ts";

/** A job with nothing left open: what runs, over which files, within which limits. */
export interface ResolvedJob {
  readonly id: string;
  readonly runtime: Runtime;
  readonly submission: SubmissionContent;
  /** Names of the files that the compile stage is given, the main file first. */
  readonly sources: readonly string[];
  readonly limits: ResolvedLimits;
  /** Variables of both stages, over those of the runtime. */
  readonly environment: JobEnvironment;
  readonly compilerFlags: readonly string[];
  /** The files to send back; null where none were asked for. */
  readonly artifacts: WantedArtifacts | null;
  readonly outputEncoding: "utf8" | "base64";
}

/** What jobs are resolved against. */
export interface ResolveDeps {
  readonly catalogue: Catalogue;
  readonly limits: LimitConfig;
}

/** MAX_ARG_STRLEN of Linux (execve(2)), with its NUL. */
const ARGUMENT_BYTES = 131_072;

/** All arguments of one stage: below the frame that carries them (docs/jailer-protocol.md) and execve's own bound. */
const ARGUMENTS_BYTES = 512 * 1024;

/**
 * Resolves a request that has the shape of JobRequestShape; pure. Every mistake that a caller can make is thrown here:
 * `unknown_runtime`, `limit_too_high`, `invalid_file_name`, `invalid_file_content`, `submission_too_large` and
 * `invalid_request`.
 */
export function resolveJob(id: string, request: JobRequest, deps: ResolveDeps): ResolvedJob {
  const runtime = requireRuntime(deps.catalogue, request.language, request.version ?? "*");
  const limits = resolveLimits(request, languageLimits(runtime, deps.limits));
  const names = request.files.map((file, index) => nameOf(file.name, index, runtime));
  checkFileNames(names);
  const submission: SubmissionContent = {
    files: request.files.map((file, index) => ({
      name: names[index] ?? "",
      content: decoded(file.content, file.encoding, `files[${index}].content`),
    })),
    args: request.args ?? [],
    stdin: decoded(request.stdin ?? "", request.stdin_encoding, "stdin"),
  };
  const sources = jobSources(request, names);
  requireShort("args", submission.args);
  requireShort("files", sources);
  requireRoom(submission, limits);
  return {
    ...{ id, runtime, submission, sources, limits },
    environment: checkedEnvironment(request.environment),
    compilerFlags: checkedFlags(request.compiler_flags, runtime),
    artifacts: wantedArtifacts(request),
    outputEncoding: request.output_encoding ?? "utf8",
  };
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

function decoded(text: string, encoding: Encoding = "utf8", field: string): Buffer {
  const content = decodeContent(text, encoding);
  if (content !== null) return content;
  throw new CrankcaseError("invalid_file_content", `${field} is not ${encoding}`, { field });
}

function requireShort(field: string, argv: readonly string[]): void {
  const sizes = argv.map((arg) => Buffer.byteLength(arg) + 1);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= ARGUMENTS_BYTES && sizes.every((size) => size <= ARGUMENT_BYTES)) return;
  const message = `${field}: a command line holds ${ARGUMENT_BYTES - 1} bytes an argument and ${ARGUMENTS_BYTES} in all`;
  throw new CrankcaseError("invalid_request", message, { field });
}

function requireRoom(submission: SubmissionContent, { job }: ResolvedLimits): void {
  const { bytes, inodes } = diskUse(submission);
  if (bytes <= job.diskBytes && inodes <= job.inodes) return;
  const message = `Files, stdin and arguments take ${bytes} bytes of disk and ${inodes} inodes; ${job.diskBytes} and ${job.inodes} are allowed.`;
  throw new CrankcaseError("submission_too_large", message, { field: "files" });
}
