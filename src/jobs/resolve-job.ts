import type { JobRequest } from "../api/job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { Runtime } from "../runtimes/runtime.ts";
import { type DiskUse, diskUse, type SubmissionContent } from "../submissions/submission.ts";
import { type WantedArtifacts, wantedArtifacts } from "./artifact-patterns.ts";
import { checkedEnvironment, type JobEnvironment } from "./job-environment.ts";
import { type LimitConfig, languageLimits } from "./language-limits.ts";
import { type ResolvedLimits, resolveLimits } from "./resolve-limits.ts";
import { decoded, programFiles, requireRuntime, requireShort } from "./resolve-program.ts";

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
  /** What the machine has that runs them; left out, nothing. */
  readonly labels?: readonly string[];
}

/**
 * Resolves a request that has the shape of JobRequestShape; pure. Every mistake that a caller can make is thrown here:
 * `unknown_runtime`, `limit_too_high`, `invalid_file_name`, `invalid_file_content`, `submission_too_large` and
 * `invalid_request`.
 */
export function resolveJob(id: string, request: JobRequest, deps: ResolveDeps): ResolvedJob {
  requireLabels(request.labels ?? [], deps.labels ?? []);
  const runtime = requireRuntime(deps.catalogue, request.language, request.version ?? "*");
  const limits = resolveLimits(request, languageLimits(runtime, deps.limits));
  const { files, sources, compilerFlags } = programFiles(request, runtime);
  const submission: SubmissionContent = {
    files,
    args: request.args ?? [],
    stdin: decoded(request.stdin ?? "", request.stdin_encoding, "stdin"),
  };
  requireShort("args", submission.args);
  requireRoom(diskUse(submission), limits, "files");
  return {
    ...{ id, runtime, submission, sources, limits },
    environment: checkedEnvironment(request.environment),
    compilerFlags,
    artifacts: wantedArtifacts(request),
    outputEncoding: request.output_encoding ?? "utf8",
  };
}

function requireLabels(wanted: readonly string[], there: readonly string[]): void {
  const missing = wanted.find((label) => !there.includes(label));
  if (missing === undefined) return;
  const message = `labels asks for ${missing}, which no machine has that could run the job`;
  throw new CrankcaseError("invalid_request", message, { field: "labels" });
}

/** Throws `submission_too_large` for what does not fit into its jail's disk. */
export function requireRoom({ bytes, inodes }: DiskUse, { job }: ResolvedLimits, field: string): void {
  if (bytes <= job.diskBytes && inodes <= job.inodes) return;
  const message = `Files, stdin and arguments take ${bytes} bytes of disk and ${inodes} inodes; ${job.diskBytes} and ${job.inodes} are allowed.`;
  throw new CrankcaseError("submission_too_large", message, { field });
}
