import type { JobRequest } from "../../api/job-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { Catalogue } from "../../runtimes/catalogue.ts";
import type { Runtime } from "../../runtimes/runtime.ts";
import { argumentsOf } from "./piston-arguments.ts";
import { v1Runtime } from "./v1-names.ts";

/** A job of v1's, and the runtime that it named. */
export interface V1Job {
  readonly runtime: Runtime;
  readonly request: JobRequest;
}

/**
 * Translates the body of v1's execute; pure. Its checks come in v1's order and speak v1's words; unknown keys are ignored,
 * and null counts as left out.
 */
export function v1Job(body: Readonly<Record<string, unknown>>, catalogue: Catalogue): V1Job {
  const runtime = requireRuntime(requireText(body, "language"), catalogue);
  const content = requireText(body, "source");
  const { args, stdin } = body;
  if (isGiven(args) && !Array.isArray(args)) throw invalid("Supplied args is not an array", "args");
  if (isGiven(stdin) && typeof stdin !== "string") throw invalid("Supplied stdin is not a string", "stdin");
  const { language, version } = runtime;
  return {
    runtime,
    request: { language, version, files: [{ content }], stdin: stdin ?? "", args: argumentsOf(args) },
  };
}

function requireText(body: Readonly<Record<string, unknown>>, field: "language" | "source"): string {
  const value = body[field];
  if (value === undefined || value === null) throw invalid(`No ${field} supplied`, field);
  if (typeof value !== "string") throw invalid(`Supplied ${field} is not a string`, field);
  return value;
}

function requireRuntime(name: string, catalogue: Catalogue): Runtime {
  const runtime = v1Runtime(catalogue, name);
  if (runtime !== null) return runtime;
  throw new CrankcaseError("unknown_runtime", "Supplied language is not supported by Piston", {
    field: "language",
  });
}

function isGiven<Value>(value: Value | "" | null | undefined): value is Value {
  return value !== undefined && value !== null && value !== "";
}

function invalid(message: string, field: string): CrankcaseError {
  return new CrankcaseError("invalid_request", message, { field });
}
