import { CrankcaseError } from "../errors/crankcase-error.ts";

/** Variables of a job, by name. */
export type JobEnvironment = Readonly<Record<string, string>>;

/** Environment variables as POSIX has them (Base Definitions, section 8.1), lower case allowed. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** All variables together: with arguments and flags below the frame that carries a stage and execve(2)'s own bound. */
const ENVIRONMENT_BYTES = 64 * 1024;

/** As much of a wrong name as is told. */
const TOLD_CHARACTERS = 40;

/**
 * Ours and Piston's: executioners trust CRANKCASE_*, and a program knows its language by PISTON_LANGUAGE. LD_* would act on
 * the shell and the `timeout` in front of the program: it hurts this job alone, but what breaks then looks like our fault.
 * PATH, HOME, LANG and what a language sets may be replaced: that can only lead to another program in the same jail.
 */
const KEPT = ["CRANKCASE_", "PISTON_", "LD_"];

/** Gives back the variables of a request; throws `invalid_request` with the field for a name or a size that cannot be. */
export function checkedEnvironment(environment: JobEnvironment = {}): JobEnvironment {
  const entries = Object.entries(environment);
  for (const [name] of entries) requireName(name);
  const bytes = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}=${value}`) + 1, 0);
  if (bytes <= ENVIRONMENT_BYTES) return environment;
  throw refused("environment", `environment takes ${bytes} bytes; ${ENVIRONMENT_BYTES} are allowed`);
}

function requireName(name: string): void {
  if (!NAME.test(name)) {
    const told = JSON.stringify(name.slice(0, TOLD_CHARACTERS));
    throw refused("environment", `environment: ${told} is no variable's name: letters, digits and _ only`);
  }
  const kept = KEPT.find((prefix) => name.startsWith(prefix));
  if (kept === undefined) return;
  throw refused(
    `environment.${name}`,
    `environment.${name} cannot be set: names that begin with ${kept} are kept`,
  );
}

function refused(field: string, message: string): CrankcaseError {
  return new CrankcaseError("invalid_request", message, { field });
}
