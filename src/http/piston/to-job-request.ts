import type { JobRequest } from "../../api/job-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { languageLimits } from "../../jobs/language-limits.ts";
import type { ResolveDeps } from "../../jobs/resolve-job.ts";
import { requireRuntime } from "../../jobs/resolve-program.ts";
import { languageAndVersion } from "./language-and-version.ts";
import { argumentsOf } from "./piston-arguments.ts";
import { pistonFiles, requirePistonFiles } from "./piston-files.ts";
import { pistonLimits } from "./piston-limits.ts";

/**
 * Translates the body of Piston's execute; pure. Its checks come in Piston's order and speak Piston's words; unknown
 * keys are ignored. What is left to our own check of the request afterwards, Piston never answered sensibly.
 */
export function toJobRequest(body: Readonly<Record<string, unknown>>, deps: ResolveDeps): JobRequest {
  const { language, version } = languageAndVersion(body);
  const files = requirePistonFiles(body.files);
  const runtime = requireRuntime(deps.catalogue, language, version);
  return {
    language,
    version,
    files: pistonFiles(runtime.language, files),
    limits: pistonLimits(body, languageLimits(runtime, deps.limits)) ?? {},
    stdin: withNewline(textOf("stdin", body.stdin)),
    args: argumentsOf(body.args),
  };
}

function textOf(field: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  throw invalid(`If specified, ${field} must be a string`, field);
}

/** Piston ends every stdin, even an empty one, with a newline. */
function withNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function invalid(message: string, field: string): CrankcaseError {
  return new CrankcaseError("invalid_request", message, { field });
}
