import type { TSchema } from "typebox";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";

/** Makes a check that gives a value back as what its schema says, or throws `invalid_request` with the field at fault. */
export function requestCheck<Request>(shape: TSchema): (value: unknown) => Request {
  const check = shapeCheck(shape);
  return (value) => {
    const problem = check(value);
    if (problem === null) return value as Request;
    const details = problem.path === "" ? {} : { field: problem.path };
    throw new CrankcaseError("invalid_request", problemText(problem, "The body"), details);
  };
}
