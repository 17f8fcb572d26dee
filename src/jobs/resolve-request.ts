import type { JobRequest } from "../api/job-request.ts";
import { type ResolveDeps, type ResolvedJob, resolveJob } from "./resolve-job.ts";
import { resolveTestcases } from "./testcases/resolve-testcases.ts";
import type { ResolvedTestcases } from "./testcases/resolved-testcases.ts";

/** A request with nothing left open. */
export interface ResolvedRequest {
  readonly job: ResolvedJob;
  /** Null where the job runs once. */
  readonly testcases: ResolvedTestcases | null;
}

/** Resolves a request that has the shape of JobRequestShape; pure. Every mistake that a caller can make is thrown here, as by resolveJob. */
export function resolveRequest(id: string, request: JobRequest, deps: ResolveDeps): ResolvedRequest {
  const job = resolveJob(id, request, deps);
  return { job, testcases: resolveTestcases(request, job, deps) };
}
