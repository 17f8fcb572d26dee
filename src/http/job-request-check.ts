import { type JobRequest, JobRequestShape } from "../api/job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";

/** Makes a check that gives a value back as a job's request, or throws `invalid_request` with the field at fault. */
export function jobRequestCheck(): (value: unknown) => JobRequest {
  const check = shapeCheck(JobRequestShape);
  return (value) => {
    const problem = check(value);
    if (problem === null) return value as JobRequest;
    const details = problem.path === "" ? {} : { field: problem.path };
    throw new CrankcaseError("invalid_request", problemText(problem, "The body"), details);
  };
}
