import type { JobResult, StageResult } from "../api/job-result.ts";
import type { JobJail, OnOutput, StageRequest } from "../jail/jail.ts";
import type { JobJailOptions } from "../jail/job-jails.ts";
import type { Slots } from "../slots/slots.ts";
import { boxFiles } from "../submissions/submission.ts";
import { type ArtifactDeps, NOTHING_SENT_BACK, type SentBack, sendBack } from "./job-artifacts.ts";
import type { JobCall } from "./job-call.ts";
import { type JobClock, startJobClock } from "./job-clock.ts";
import type { StageName } from "./job-follower.ts";
import { stageResult, succeeded } from "./outcome.ts";
import { collectOutput } from "./output.ts";
import { planAhead } from "./plan-ahead.ts";
import type { ResolvedJob } from "./resolve-job.ts";
import { compileRequest, runRequest } from "./stage-request.ts";
import { usedLimits } from "./used-limits.ts";

/** Of the slots what a job takes. */
export interface Turns extends Pick<Slots, "admit"> {
  acquire(signal: AbortSignal): Promise<AsyncDisposable>;
}

/** What running a job needs. */
export interface RunJobDeps {
  /** What a job takes for its whole life, and for each of its stages. */
  readonly slots: Turns;
  /** How much jobs may send back, and what keeps it where they want it by URL. */
  readonly artifacts: ArtifactDeps;
  readonly openJail: (options: JobJailOptions) => Promise<JobJail>;
}

/** Of the call what running it takes. */
export type RunCall = Pick<JobCall, "signal" | "follower" | "input">;

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
  const jail = await clock.measure("jail", async () => {
    const files = boxFiles(job.submission);
    const plan = job.runtime.hasCompile ? null : planAhead(job, files, call.input);
    const opened = acquired.use(await deps.openJail({ signal, plan }));
    opened.attach(job.runtime.root, job.limits.job);
    opened.put(files);
    return opened;
  });
  const context = { job, deps, jail, call, clock };
  const stages = await runStages(context);
  const artifacts = await artifactsOf(context, stages);
  const about = { id: job.id, language, version, start: startOf(jail) };
  return { ...about, ...stages, ...artifacts, limits: usedLimits(job), timings: clock.timings() };
}

/** What else a jail was made by is told by its time alone. */
function startOf({ start }: JobJail): JobResult["start"] {
  return start === "ahead" ? "ahead" : "cold";
}

interface JobContext {
  readonly job: ResolvedJob;
  readonly deps: RunJobDeps;
  readonly jail: JobJail;
  readonly call: RunCall;
  readonly clock: JobClock;
}

type Stages = Pick<JobResult, "compile" | "run">;

async function runStages(context: JobContext): Promise<Stages> {
  const {
    job,
    call: { input },
  } = context;
  if (!job.runtime.hasCompile) return { run: await runAdmitted("run", context, runRequest(job, input)) };
  const compile = await runAdmitted("compile", context, compileRequest(job, input));
  if (!succeeded(compile)) return { compile };
  return { compile, run: await runAdmitted("run", context, runRequest(job, input)) };
}

/** A stage's time begins after its admission: the jailer counts it from the start of the stage. */
async function runAdmitted(
  stage: StageName,
  { job, deps, jail, call, clock }: JobContext,
  request: StageRequest,
): Promise<StageResult> {
  const { signal, follower } = call;
  // Who is talked to mostly waits for its caller: a few idle terminals must not keep out those that compute.
  const isTalkedTo = stage === "run" && call.input !== undefined;
  const admit = () => deps.slots.admit(stage, signal);
  await using _admission = isTalkedTo ? null : await clock.measure("queue", admit);
  const { chunks, onOutput } = collectOutput();
  const listen: OnOutput =
    follower === undefined ? onOutput : (stream, chunk) => follower.output(stage, stream, chunk);
  const report = await clock.measure(stage, () => {
    const running = jail.startStage(request, listen);
    follower?.stageStarted(stage, running);
    return running.report;
  });
  const result = stageResult(report, chunks, job.outputEncoding);
  await follower?.stageEnded(stage, result);
  return result;
}

/** What the job wrote, where it asked for that; looking for it is admitted like a run. */
async function artifactsOf(
  { job, deps, jail, call, clock }: JobContext,
  { run }: Stages,
): Promise<Partial<SentBack>> {
  const { artifacts: wanted, submission } = job;
  if (wanted === null) return {};
  if (run === undefined) return NOTHING_SENT_BACK;
  await using _admission = await clock.measure("queue", () => deps.slots.admit("run", call.signal));
  return await clock.measure("artifacts", () => sendBack(wanted, { jail, submission }, deps.artifacts));
}
