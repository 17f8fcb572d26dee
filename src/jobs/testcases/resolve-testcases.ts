import type { JobRequest } from "../../api/job-request.ts";
import type { JudgeProgram } from "../../api/testcases-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { withinField } from "../../errors/within-field.ts";
import { USUAL_COMPARISON } from "../../judge/compare-output.ts";
import { checkFileNames } from "../../submissions/file-name.ts";
import { languageLimits } from "../language-limits.ts";
import type { ResolveDeps, ResolvedJob } from "../resolve-job.ts";
import { resolveLimits, resolvePart } from "../resolve-limits.ts";
import { programFiles, requireRuntime } from "../resolve-program.ts";
import { JUDGE_FILES } from "./judge-files.ts";
import { resolveCases } from "./resolve-cases.ts";
import type { ResolvedTestcases } from "./resolved-testcases.ts";

/** Fields that say how cases are judged. */
const JUDGING = ["comparison", "checker", "interactor", "stop_at_first_failure"] as const;

/**
 * The cases of a request, over the job that it is without them; null where it has none. Pure. Throws what resolveJob does,
 * with fields such as `testcases[3].limits.wall_time_ms`.
 */
export function resolveTestcases(
  request: JobRequest,
  job: ResolvedJob,
  deps: ResolveDeps,
): ResolvedTestcases | null {
  const { testcases: wanted, stop_at_first_failure: stopsAtFirstFailure = false } = request;
  requireFitting(request);
  if (wanted === undefined) return null;
  const names = checkFileNames(job.submission.files.map(({ name }) => name));
  const checker = resolveJudge("checker", request, job, deps);
  const interactor = resolveJudge("interactor", request, job, deps);
  const cases = resolveCases(wanted, { request, job, names, deps, judges: [checker, interactor] });
  return {
    ...{ cases, checker, interactor, stopsAtFirstFailure },
    comparison: request.comparison ?? USUAL_COMPARISON,
  };
}

/** Throws `invalid_request` with the field for what makes no sense beside the rest. */
function requireFitting(request: JobRequest): void {
  const { testcases, comparison, checker, interactor, artifacts = [] } = request;
  const alone = JUDGING.find((name) => request[name] !== undefined && request[name] !== false);
  if (testcases === undefined) {
    if (alone !== undefined) throw refused(alone, "needs testcases");
    return;
  }
  if (artifacts.length > 0) throw refused("artifacts", "cannot be had of a job with testcases");
  const judge = checker === undefined ? interactor && "interactor" : "checker";
  if (comparison !== undefined && judge !== undefined)
    throw refused("comparison", `cannot be had with ${/^[aeiou]/.test(judge) ? "an" : "a"} ${judge}`);
}

function refused(field: string, problem: string): CrankcaseError {
  return new CrankcaseError("invalid_request", `${field} ${problem}`, { field });
}

function resolveJudge(
  field: "checker" | "interactor",
  request: JobRequest,
  job: ResolvedJob,
  deps: ResolveDeps,
): ResolvedJob | null {
  const judge: JudgeProgram | undefined = request[field];
  if (judge === undefined) return null;
  const parts = withinField(field, () => {
    const runtime = requireRuntime(deps.catalogue, judge.language, judge.version ?? "*");
    return { runtime, ...programFiles(judge, runtime, JUDGE_FILES) };
  });
  const { runtime, files, sources, compilerFlags } = parts;
  const ranges = languageLimits(runtime, deps.limits);
  const limits = {
    ...resolveLimits({}, ranges),
    job: job.limits.job,
    run: resolvePart(`${field}.limits`, judge.limits, ranges.run, request.limit_policy === "clamp"),
  };
  const submission = { files, args: [], stdin: Buffer.alloc(0) };
  const rest = { environment: {}, artifacts: null, outputEncoding: "utf8" } as const;
  return { id: job.id, runtime, submission, sources, limits, compilerFlags, ...rest };
}
