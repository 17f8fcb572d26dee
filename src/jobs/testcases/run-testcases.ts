import type { JobResult } from "../../api/job-result.ts";
import type { StageResult } from "../../api/stage-result.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { noneRan, testcasesResult } from "../../judge/testcases-result.ts";
import { textHead } from "../../judge/text-head.ts";
import { type JobClock, startJobClock } from "../job-clock.ts";
import type { RunCall } from "../job-context.ts";
import { succeeded } from "../outcome.ts";
import type { ResolvedRequest } from "../resolve-request.ts";
import { usedLimits } from "../used-limits.ts";
import type { Judging, TestcasesDeps } from "./judging.ts";
import { type Prepared, prepareProgram } from "./prepare-program.ts";
import type { ResolvedTestcases } from "./resolved-testcases.ts";
import { runCases } from "./run-cases.ts";
import { tellCases } from "./told-cases.ts";

/** A job with cases. */
export interface CasesRequest extends ResolvedRequest {
  readonly testcases: ResolvedTestcases;
}

/** Of what the checker's compiler wrote. */
const MESSAGE_CHARACTERS = 1_024;

/** A case with an interactor has two jails. */
const PAIR = 2;

/**
 * Runs a job with cases: compiles once what is to be compiled, in a turn that is bounded like any job's; then runs each case in
 * a turn and a jail of its own. Rejects like runJob, with `invalid_request` where there are too few slots for an interactor, and
 * with RuntimeChanged where nothing was done yet.
 */
export async function runTestcases(
  { job, testcases }: CasesRequest,
  deps: TestcasesDeps,
  call: RunCall,
  clock: JobClock = startJobClock(),
): Promise<JobResult> {
  if (testcases.interactor !== null && deps.slots.total < PAIR) throw noPair();
  const { language, version } = job.runtime;
  const prepared = await prepareAll({ job, testcases }, deps, call, clock);
  const { compile } = prepared.program;
  const judged = await judgedCases({ job, testcases }, prepared, { deps, call, clock });
  return {
    ...{ id: job.id, language, version },
    ...(compile === undefined ? {} : { compile }),
    ...judged,
    ...{ limits: usedLimits(job), timings: clock.timings() },
  };
}

/** What a job is run by. */
interface Running {
  readonly deps: TestcasesDeps;
  readonly call: RunCall;
  readonly clock: JobClock;
}

async function judgedCases(
  { job, testcases }: CasesRequest,
  prepared: AllPrepared,
  { deps, call, clock }: Running,
): Promise<Required<Pick<JobResult, "start" | "testcases">>> {
  const weights = testcases.cases.map(({ weight }) => weight);
  if (failureOf(prepared.program.compile) !== null)
    return { start: "cold", testcases: noneRan(weights, "CE", null) };
  if (prepared.failure !== null)
    return { start: "cold", testcases: noneRan(weights, "CHK", prepared.failure) };
  const { signal, follower, startName = job.id } = call;
  const onBegin = () => follower?.begun?.();
  const judging: Judging = { ...prepared, testcases, deps, clock, startName, onBegin, call: { signal } };
  const { results, starts } = await runCases(judging, tellCases(follower, testcases.stopsAtFirstFailure));
  const isAhead = starts.size === 1 && starts.has("ahead");
  return { start: isAhead ? "ahead" : "cold", testcases: testcasesResult(weights, results) };
}

/** All programs of a job; `failure` says why the checker or the interactor cannot judge. */
interface AllPrepared {
  readonly program: Prepared;
  readonly checker: Prepared | null;
  readonly interactor: Prepared | null;
  readonly failure: string | null;
}

async function prepareAll(
  { job, testcases }: CasesRequest,
  deps: TestcasesDeps,
  call: RunCall,
  clock: JobClock,
): Promise<AllPrepared> {
  const { signal, follower, startName = job.id } = call;
  const onBegin = () => follower?.begun?.();
  await using _turn = await clock.measure("queue", () => deps.slots.acquire(signal));
  const { language, version } = job.runtime;
  await follower?.runtimeResolved({ language, version });
  const program = await prepareProgram(job, deps, call, {
    ...{ role: "program", clock, onBegin, startName: `${startName}/compile` },
  });
  const none = { program, checker: null, interactor: null, failure: null };
  if (failureOf(program.compile) !== null) return none;
  const unseen: RunCall = { signal };
  const prepare = async (name: "checker" | "interactor") => {
    const judge = testcases[name];
    if (judge === null) return { prepared: null, failure: null };
    const prepared = await prepareProgram(judge, deps, unseen, {
      ...{ role: name, clock, onBegin, startName: `${startName}/compile-${name}` },
    });
    const failure = failureOf(prepared.compile);
    return { prepared, failure: failure === null ? null : `the ${name} does not compile: ${failure}` };
  };
  const checker = await prepare("checker");
  const interactor = await prepare("interactor");
  const failure = checker.failure ?? interactor.failure;
  return { program, checker: checker.prepared, interactor: interactor.prepared, failure };
}

/** Why a compile stage failed; null where it did not, or there was none. */
function failureOf(compile: StageResult | undefined): string | null {
  if (compile === undefined || succeeded(compile)) return null;
  const said = textHead(Buffer.from(compile.output), MESSAGE_CHARACTERS).text.trim();
  return said === "" ? (compile.message ?? compile.cause) : said;
}

function noPair(): CrankcaseError {
  const message = "interactor: a case with one takes two slots at a time, and this server has one";
  return new CrankcaseError("invalid_request", message, { field: "interactor" });
}
