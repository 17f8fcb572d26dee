import { MOST_NAME_CHARACTERS } from "../../api/job-file.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";

/** Which runtime or package a body of Piston's asks for. */
export interface LanguageAndVersion {
  readonly language: string;
  /** Semver range; `*` where the body has none. */
  readonly version: string;
}

/** Reads both. Throws `invalid_request` with Piston's words; Piston knew no bound on their length. */
export function languageAndVersion(body: Readonly<Record<string, unknown>>): LanguageAndVersion {
  const { language, version = "*" } = body;
  if (!language || typeof language !== "string")
    throw invalid("language is required as a string", "language");
  if (typeof version !== "string") throw invalid("version is required as a string", "version");
  requireShort("language", language);
  requireShort("version", version);
  return { language, version };
}

function requireShort(field: string, text: string): void {
  if (text.length <= MOST_NAME_CHARACTERS) return;
  throw invalid(`${field} must not have more than ${MOST_NAME_CHARACTERS} characters`, field);
}

function invalid(message: string, field: string): CrankcaseError {
  return new CrankcaseError("invalid_request", message, { field });
}
