import { CrankcaseError } from "../errors/crankcase-error.ts";

/** A refusal of a definition or a manifest: the file, and what is wrong in it. */
export function invalidDefinition(file: string, problem: string, field?: string): CrankcaseError {
  return new CrankcaseError(
    "invalid_definition",
    `${file}: ${problem}`,
    field === undefined ? {} : { field },
  );
}
