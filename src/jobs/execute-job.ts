import type { Logger } from "pino";
import type { JobResult } from "../api/job-result.ts";
import type { StageResult } from "../api/stage-result.ts";
import { toCrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageUse } from "../runtimes/package-use.ts";
import type { Slots } from "../slots/slots.ts";
import type { JobCall } from "./job-call.ts";
import { type JobClock, startJobClock } from "./job-clock.ts";
import type { RunJobDeps, Turns } from "./job-context.ts";
import { type ResolveDeps, type ResolvedJob, resolveJob } from "./resolve-job.ts";
import { runJob } from "./run-job.ts";
import { takeTurn } from "./take-turn.ts";

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
      const stages = { compile: stageLine(result.compile), run: stageLine(result.run) };
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
    const job = resolveJob(call.id, call.request, deps);
    const slots: Turns = {
      acquire: (aborted) => turnOf(job, deps, aborted, call.client),
      admit: (stage, aborted) => deps.slots.admit(stage, aborted, call.client),
    };
    try {
      return await runJob(job, { ...deps, slots, release: releasing(deps.log, call.id) }, call, clock);
    } catch (thrown) {
      if (!(thrown instanceof RuntimeChanged)) throw thrown;
    }
  }
}

/** What cannot be released is the operator's to hear of: the job's caller has his answer. */
function releasing(log: Logger, id: string): RunJobDeps["release"] {
  return (held) => {
    const failed = (error: unknown) => log.error({ id, error: String(error) }, "a job's jail is not gone");
    held[Symbol.asyncDispose]().then(undefined, failed);
  };
}

/** A job's runtime is no longer what it was resolved to. */
class RuntimeChanged extends Error {}

async function turnOf({ runtime }: ResolvedJob, deps: ExecuteDeps, signal: AbortSignal, client: string) {
  await using turn = new AsyncDisposableStack();
  turn.use(await takeTurn(runtime.root.layers, deps, signal, client));
  if (!deps.catalogue.runtimes.includes(runtime)) throw new RuntimeChanged();
  return turn.move();
}

function stageLine(result: StageResult | undefined) {
  if (result === undefined) return undefined;
  const { cause, exit_code, signal, wall_time_ms, cpu_time_ms, memory_bytes, cached } = result;
  return { cause, exit_code, signal, wall_time_ms, cpu_time_ms, memory_bytes, cached };
}
