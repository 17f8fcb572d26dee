import type { JobResult, StageResult } from "../api/job-result.ts";
import type { Jail, OnOutput, StageRequest } from "../jail/jail.ts";
import type { Slots } from "../slots/slots.ts";
import { writeSubmission } from "../submissions/submission.ts";
import type { JobCall } from "./job-call.ts";
import type { StageName } from "./job-follower.ts";
import { stageResult, succeeded } from "./outcome.ts";
import { collectOutput } from "./output.ts";
import type { ResolvedJob } from "./resolve-job.ts";
import { compileRequest, runRequest } from "./stage-request.ts";

/** Of the slots what a job takes. */
export interface Turns extends Pick<Slots, "admit"> {
  acquire(signal: AbortSignal): Promise<AsyncDisposable>;
}

/** What running a job needs. */
export interface RunJobDeps {
  /** What a job takes for its whole life, and for each of its stages. */
  readonly slots: Turns;
  /** Folder into which the jailer looks for submissions. */
  readonly submissionsDir: string;
  readonly openJail: (options: { readonly signal: AbortSignal }) => Promise<Jail>;
}

/** Of the call what running it takes. */
export type RunCall = Pick<JobCall, "signal" | "follower" | "input">;

/**
 * Runs one job from its slot to its result: compile where the language has it, then run in the same jail. All that it
 * acquires is released in reverse, and gone, before this settles. An abort drops a job that waits and kills one that
 * runs; it rejects with the signal's reason, and otherwise with `busy`, `stopping`, `jailer_absent`, `jail_lost`,
 * `jailer_failed` or `submission_too_large`.
 */
export async function runJob(job: ResolvedJob, deps: RunJobDeps, call: RunCall): Promise<JobResult> {
  const { signal } = call;
  await using _slot = await deps.slots.acquire(signal);
  const { language, version } = job.runtime;
  await call.follower?.runtimeResolved({ language, version });
  await using submission = await writeSubmission(job.submission, deps.submissionsDir);
  await using jail = await deps.openJail({ signal });
  jail.attach(job.runtime.root, job.limits.job);
  jail.submit(submission.folder);
  const runStage = (stage: StageName, request: StageRequest) =>
    runAdmitted(stage, { job, deps, jail, request, call });
  const about = { id: job.id, language, version };
  if (!job.runtime.hasCompile) return { ...about, run: await runStage("run", runRequest(job, call.input)) };
  const compile = await runStage("compile", compileRequest(job, call.input));
  if (!succeeded(compile)) return { ...about, compile };
  return { ...about, compile, run: await runStage("run", runRequest(job, call.input)) };
}

interface StageContext {
  readonly job: ResolvedJob;
  readonly deps: RunJobDeps;
  readonly jail: Jail;
  readonly request: StageRequest;
  readonly call: RunCall;
}

/** A stage's time begins after its admission: the jailer counts it from the start of the stage. */
async function runAdmitted(
  stage: StageName,
  { job, deps, jail, request, call }: StageContext,
): Promise<StageResult> {
  const { signal, follower } = call;
  // Who is talked to mostly waits for its caller: a few idle terminals must not keep out those that compute.
  const isTalkedTo = stage === "run" && call.input !== undefined;
  await using _admission = isTalkedTo ? null : await deps.slots.admit(stage, signal);
  const { chunks, onOutput } = collectOutput();
  const listen: OnOutput =
    follower === undefined ? onOutput : (stream, chunk) => follower.output(stage, stream, chunk);
  const running = jail.startStage(request, listen);
  follower?.stageStarted(stage, running);
  const result = stageResult(await running.report, chunks, job.outputEncoding);
  await follower?.stageEnded(stage, result);
  return result;
}
