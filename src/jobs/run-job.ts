import type { JobResult, StageResult } from "../api/job-result.ts";
import type { CompiledFile } from "../compiled/compiled.ts";
import type { Jail } from "../jail/jail.ts";
import { boxFiles } from "../submissions/submission.ts";
import { compileStage } from "./compile-stage.ts";
import { NOTHING_SENT_BACK, type SentBack, sendBack } from "./job-artifacts.ts";
import { type JobClock, startJobClock } from "./job-clock.ts";
import type { JobContext, RunCall, RunJobDeps } from "./job-context.ts";
import { succeeded } from "./outcome.ts";
import type { ResolvedJob } from "./resolve-job.ts";
import { runStage } from "./run-stage.ts";
import { runRequest } from "./stage-request.ts";
import { usedLimits } from "./used-limits.ts";

/**
 * Runs one job from its slot to its result: compile where the language has it, then run in the same jail, then what it
 * wrote where that was asked for. All that it acquires is released in reverse, and gone, before this settles. An abort
 * drops a job that waits and kills one that runs; it rejects with the signal's reason, and otherwise with `busy`,
 * `stopping`, `jailer_absent`, `jail_lost`, `jailer_failed`, `submission_too_large` or `disk_full`.
 */
export async function runJob(
  job: ResolvedJob,
  deps: RunJobDeps,
  call: RunCall,
  clock: JobClock = startJobClock(),
): Promise<JobResult> {
  const { signal, follower } = call;
  await using _slot = await clock.measure("queue", () => deps.slots.acquire(signal));
  const { language, version } = job.runtime;
  await follower?.runtimeResolved({ language, version });
  await using acquired = new AsyncDisposableStack();
  const openJail = (added: readonly CompiledFile[]) =>
    clock.measure("jail", () => jailOf(job, added, { deps, signal, acquired }));
  const stages = await runStages({ job, deps, call, clock, openJail });
  const about = { id: job.id, language, version };
  return { ...about, ...stages, limits: usedLimits(job), timings: clock.timings() };
}

/** The job's jail, with its submission and what was compiled of it before. */
async function jailOf(
  { submission, runtime, limits }: ResolvedJob,
  added: readonly CompiledFile[],
  { deps, signal, acquired }: JailPlace,
): Promise<Jail> {
  const changed = new Set(added.map(({ name }) => name));
  const files = [...submission.files.filter(({ name }) => !changed.has(name)), ...added];
  const jail = acquired.use(await deps.openJail({ signal }));
  jail.attach(runtime.root, limits.job);
  jail.put(boxFiles({ ...submission, files }));
  return jail;
}

interface JailPlace {
  readonly deps: RunJobDeps;
  readonly signal: AbortSignal;
  /** Owns what is opened. */
  readonly acquired: AsyncDisposableStack;
}

type Ran = Pick<JobResult, "compile" | "run" | "artifacts" | "artifacts_omitted">;

async function runStages(context: JobContext): Promise<Ran> {
  const { job } = context;
  if (!job.runtime.hasCompile) return await runIn(await context.openJail([]), context);
  const { result: compile, jail } = await compileStage(context);
  if (!succeeded(compile)) return { compile, ...(job.artifacts === null ? {} : NOTHING_SENT_BACK) };
  return { compile, ...(await runIn(jail, context)) };
}

async function runIn(jail: Jail, context: JobContext): Promise<Ran> {
  const run = await runAdmitted(jail, context);
  return { run, ...(await artifactsOf(jail, context)) };
}

/** A stage's time begins after its admission: the jailer counts it from the start of the stage. */
async function runAdmitted(jail: Jail, context: JobContext): Promise<StageResult> {
  const { job, deps, call, clock } = context;
  // Who is talked to mostly waits for its caller: a few idle terminals must not keep out those that compute.
  const isTalkedTo = call.input !== undefined;
  const admit = () => deps.slots.admit("run", call.signal);
  await using _admission = isTalkedTo ? null : await clock.measure("queue", admit);
  const { result } = await runStage("run", context, jail, runRequest(job, call.input));
  await call.follower?.stageEnded("run", result);
  return result;
}

/** What the job wrote, where it asked for that; looking for it is admitted like a run. */
async function artifactsOf(jail: Jail, context: JobContext): Promise<Partial<SentBack>> {
  const { job, deps, call, clock } = context;
  const { artifacts: wanted, submission } = job;
  if (wanted === null) return {};
  await using _admission = await clock.measure("queue", () => deps.slots.admit("run", call.signal));
  return await clock.measure("artifacts", () => sendBack(wanted, { jail, submission }, deps.artifacts));
}
