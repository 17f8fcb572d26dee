import type { PackageChange } from "../../api/package-info.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { errorTable } from "../../errors/error-table.ts";
import type { CliContext } from "../context.ts";
import { OWN_FAILURE } from "../exit-codes.ts";
import type { PackagesOptions } from "./packages-api.ts";

/** What became of one package: what it is now, or why not. */
export type Outcome = PackageChange | { readonly name: string; readonly error: string };

/** Tells of a change as soon as it is done, where that is not to be JSON. */
export function told(outcome: Outcome, { json }: PackagesOptions, { stdout }: CliContext): Outcome {
  if (!json && !("error" in outcome)) stdout.write(`${outcome.name} ${outcome.version}\n`);
  return outcome;
}

/** Writes all outcomes where they are to be JSON, and gives the exit code. */
export function finish(
  outcomes: readonly Outcome[],
  { json }: PackagesOptions,
  { stdout }: CliContext,
): number {
  if (json) stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`);
  return outcomes.some((outcome) => "error" in outcome) ? OWN_FAILURE : 0;
}

/** Says why a package could not be changed, and goes on. */
export function failure(name: string, error: unknown, context: CliContext): Outcome {
  if (!(error instanceof CrankcaseError) || context.stop.aborted) throw error;
  context.stderr.write(`crankcase: ${error.message}\nhint: ${errorTable[error.code].hint}\n`);
  return { name, error: error.message };
}
