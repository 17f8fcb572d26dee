import type { JobResult } from "../api/job-result.ts";
import type { StageResult } from "../api/stage-result.ts";
import type { JobJail } from "../jail/jail.ts";
import { compileStage } from "./compile-stage.ts";
import { NOTHING_SENT_BACK, type SentBack, sendBack } from "./job-artifacts.ts";
import { type JobClock, startJobClock } from "./job-clock.ts";
import type { JobContext, RunCall, RunJobDeps } from "./job-context.ts";
import { openContext } from "./job-jail.ts";
import { succeeded } from "./outcome.ts";
import type { ResolvedJob } from "./resolve-job.ts";
import { runStage } from "./run-stage.ts";
import { runRequest } from "./stage-request.ts";
import { usedLimits } from "./used-limits.ts";

/**
 * Runs one job from its slot to its result: compile where the language has it, then run in the same jail, then what it
 * wrote where that was asked for. What it acquired is released in reverse: the slot once the jail is gone. The result does
 * not wait for that; a rejection does. An abort
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
  await using held = new AsyncDisposableStack();
  held.use(await clock.measure("queue", () => deps.slots.acquire(signal)));
  const { language, version } = job.runtime;
  await follower?.runtimeResolved({ language, version });
  let jail: JobJail | undefined;
  const startName = call.startName ?? job.id;
  const context = openContext({ job, deps, call, clock }, held, startName, () => follower?.begun?.());
  const openJail: JobContext["openJail"] = async (next, added) => {
    jail = await context.openJail(next, added);
    return jail;
  };
  const stages = await runStages({ ...context, openJail });
  const about = { id: job.id, language, version, start: startOf(jail) };
  deps.release(held.move());
  return { ...about, ...stages, limits: usedLimits(job), timings: clock.timings() };
}

/** What else a jail was made by is told by its time alone. */
function startOf(jail: JobJail | undefined): JobResult["start"] {
  return jail?.start === "ahead" ? "ahead" : "cold";
}

type Ran = Pick<JobResult, "compile" | "run" | "artifacts" | "artifacts_omitted">;

async function runStages(context: JobContext): Promise<Ran> {
  const { job } = context;
  if (!job.runtime.hasCompile) return await runIn(await context.openJail("run", []), context);
  const { result: compile, jail } = await compileStage(context);
  if (!succeeded(compile)) return { compile, ...(job.artifacts === null ? {} : NOTHING_SENT_BACK) };
  return { compile, ...(await runIn(jail, context)) };
}

async function runIn(jail: JobJail, context: JobContext): Promise<Ran> {
  const run = await runAdmitted(jail, context);
  return { run, ...(await artifactsOf(jail, context)) };
}

/** A stage's time begins after its admission: the jailer counts it from the start of the stage. */
async function runAdmitted(jail: JobJail, context: JobContext): Promise<StageResult> {
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
async function artifactsOf(jail: JobJail, context: JobContext): Promise<Partial<SentBack>> {
  const { job, deps, call, clock } = context;
  const { artifacts: wanted, submission } = job;
  if (wanted === null) return {};
  await using _admission = await clock.measure("queue", () => deps.slots.admit("run", call.signal));
  return await clock.measure("artifacts", () => sendBack(wanted, { jail, submission }, deps.artifacts));
}
