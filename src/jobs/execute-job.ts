import type { Logger } from "pino";
import type { JobResult } from "../api/job-result.ts";
import type { StageResult } from "../api/stage-result.ts";
import { CrankcaseError, toCrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageUse } from "../runtimes/package-use.ts";
import type { Asking } from "../slots/gate.ts";
import type { Slots } from "../slots/slots.ts";
import type { JobCall } from "./job-call.ts";
import { type JobClock, startJobClock } from "./job-clock.ts";
import type { RunJobDeps } from "./job-context.ts";
import type { ResolveDeps } from "./resolve-job.ts";
import { type ResolvedRequest, resolveRequest } from "./resolve-request.ts";
import { runJob } from "./run-job.ts";
import { RuntimeChanged } from "./runtime-changed.ts";
import { takeTurn } from "./take-turn.ts";
import type { CaseTurns } from "./testcases/judging.ts";
import { runTestcases } from "./testcases/run-testcases.ts";

/** What executing a job needs. */
export interface ExecuteDeps extends ResolveDeps, Omit<RunJobDeps, "release"> {
  readonly log: Logger;
  readonly slots: Slots;
  readonly packageUse: PackageUse;
}

/** A job, until its result or an error of resolveJob or runJob. */
export type ExecuteJob = (call: JobCall) => Promise<JobResult>;

/**
 * Resolves and runs a job, and logs what became of it: id, language, causes and times, or the code of what refused or
 * ended it; never what its user wrote or its program printed.
 */
export function jobExecutor(deps: ExecuteDeps): ExecuteJob {
  return async (call) => {
    const { id } = call;
    const start = performance.now();
    try {
      const result = await resolveAndRun(call, deps, startJobClock());
      const about = { id, language: result.language, version: result.version };
      const stages = {
        ...{ compile: stageLine(result.compile), run: stageLine(result.run) },
        testcases: testcasesLine(result.testcases),
      };
      deps.log.info({ ...about, ms: Math.round(performance.now() - start), ...stages }, "job done");
      return result;
    } catch (thrown) {
      deps.log.info({ id, code: toCrankcaseError(thrown).code }, "job failed");
      throw thrown;
    }
  };
}

/** While it waited for its turn, its runtime may have been removed or replaced: then it is resolved again. */
async function resolveAndRun(call: JobCall, deps: ExecuteDeps, clock: JobClock) {
  for (;;) {
    const request = resolveRequest(call.id, call.request, deps);
    if (request.testcases !== null && call.input !== undefined) throw notTalkedTo();
    try {
      return await run(request, deps, call, clock);
    } catch (thrown) {
      if (!(thrown instanceof RuntimeChanged)) throw thrown;
    }
  }
}

async function run(request: ResolvedRequest, deps: ExecuteDeps, call: JobCall, clock: JobClock) {
  const { log } = deps;
  const { id, client } = call;
  const { job, testcases } = request;
  const slots: CaseTurns = {
    total: deps.slots.total,
    concurrentRuns: deps.slots.concurrentRuns,
    acquire: (signal) => turnOf(request, deps, { signal, client, asking: {} }),
    goOn: (signal, places) => turnOf(request, deps, { signal, client, asking: { isLetIn: true, places } }),
    admit: (stage, aborted) => deps.slots.admit(stage, aborted, client),
  };
  const own = { ...deps, slots, release: releasing(log, id) };
  if (testcases === null) return await runJob(job, own, call, clock);
  const caseFailed = (testcase: number, error: unknown) =>
    log.error({ id, testcase, err: error }, "a case failed of ours");
  return await runTestcases({ job, testcases }, { ...own, caseFailed }, call, clock);
}

function notTalkedTo(): CrankcaseError {
  const message = "testcases cannot be had of a job that is talked to";
  return new CrankcaseError("invalid_request", message, { field: "testcases" });
}

/** What cannot be released is the operator's to hear of: the job's caller has his answer. */
function releasing(log: Logger, id: string): RunJobDeps["release"] {
  return (held) => {
    const failed = (error: unknown) => log.error({ id, error: String(error) }, "a job's jail is not gone");
    held[Symbol.asyncDispose]().then(undefined, failed);
  };
}

/** One turn of a job's. */
interface WantedTurn {
  readonly signal: AbortSignal;
  readonly client: string;
  readonly asking: Asking;
}

/** In it all of the job's programs may be run. */
async function turnOf(
  { job, testcases }: ResolvedRequest,
  deps: ExecuteDeps,
  { signal, client, asking }: WantedTurn,
) {
  const jobs = [job, testcases?.checker, testcases?.interactor].filter((each) => each != null);
  const runtimes = jobs.map(({ runtime }) => runtime);
  const packages = [...new Set(runtimes.flatMap(({ root }) => root.layers))];
  await using turn = new AsyncDisposableStack();
  turn.use(await takeTurn(packages, deps, signal, client, asking));
  if (runtimes.some((runtime) => !deps.catalogue.runtimes.includes(runtime))) throw new RuntimeChanged();
  return turn.move();
}

function stageLine(result: StageResult | undefined) {
  if (result === undefined) return undefined;
  const { cause, exit_code, signal, wall_time_ms, cpu_time_ms, memory_bytes, cached } = result;
  return { cause, exit_code, signal, wall_time_ms, cpu_time_ms, memory_bytes, cached };
}

/** How many cases have each verdict, and what all of them together have. */
function testcasesLine(result: JobResult["testcases"]) {
  if (result === undefined) return undefined;
  const { verdict, score, cases, not_run } = result;
  const counts: Record<string, number> = {};
  for (const each of cases) counts[each.verdict] = (counts[each.verdict] ?? 0) + 1;
  return { verdict, score, counts, not_run };
}
