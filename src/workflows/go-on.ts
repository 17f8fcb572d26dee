import type { ErrorBody } from "../api/error-body.ts";
import { type CrankcaseError, toCrankcaseError } from "../errors/crankcase-error.ts";
import type { Viewer } from "../queue/viewer.ts";
import type { WorkflowRecord } from "../queue/workflow-store.ts";
import { ended, submitted } from "./advance.ts";
import type { Definition } from "./definition.ts";
import { nextJobs, turns } from "./plan.ts";
import type { Progress } from "./progress.ts";
import type { RunDeps } from "./run-deps.ts";
import { StepValues } from "./step-values.ts";
import { type Submission, submitJobs } from "./submit-jobs.ts";
import { itemsOf, takeTurns } from "./take-turns.ts";

const MILLISECONDS = 1_000;

/** A workflow, and what driving it takes. */
export interface Driven {
  readonly deps: RunDeps;
  readonly record: WorkflowRecord;
  readonly definition: Definition;
  readonly viewer: Viewer;
  readonly jobKey: string;
}

/** Where a workflow stands, and whether it has to wait for room before it can go on. */
export interface GoneOn {
  readonly progress: Progress;
  readonly isToPause: boolean;
}

/**
 * Begins the steps whose turn it is, and submits the jobs for which there is room. Rejects with what fails for now; jobs that were
 * submitted are found again then.
 */
export async function goOn(from: Progress, driven: Driven): Promise<GoneOn> {
  const { definition, deps } = driven;
  let progress = from;
  let isToPause = false;
  do {
    progress = await takeTurns(progress, {
      ...deps,
      definition,
      values: (at) => valuesOf(at, driven),
      onList: (step, items) => deps.lists.keep(listKey(driven.record.id, step), items),
      errorBody: (error) => errorBody(error, driven),
    });
    const submissions = await submitNext(progress, driven);
    isToPause = submissions.some((one) => "later" in one);
    progress = submissions.reduce((at, one) => afterSubmission(at, one, deps.now()), progress);
    // What can never be submitted gives others their turn, and makes room.
  } while (
    turns(definition, progress).length > 0 ||
    (!isToPause && nextJobs(progress, deps.bounds.jobsAtOnce).length > 0)
  );
  return { progress, isToPause };
}

/** Under which the items of a step are kept for a while. */
export function listKey(id: string, step: number): string {
  return `${id}/${step}`;
}

async function submitNext(progress: Progress, driven: Driven): Promise<readonly Submission[]> {
  const { deps, record, definition, viewer, jobKey } = driven;
  const places = nextJobs(progress, deps.bounds.jobsAtOnce);
  if (places.length === 0) return [];
  const values = valuesOf(progress, driven);
  const restSeconds = Math.ceil(Math.max(0, record.deadline - deps.now()) / MILLISECONDS);
  return await submitJobs(places, progress, {
    ...{ ...deps, definition, values, viewer, jobKey },
    ttlSeconds: restSeconds + record.ttlSeconds,
    itemsOf: (step) => itemsAt(step, values, driven),
    errorBody: (error) => submitError(error, driven),
  });
}

function afterSubmission(progress: Progress, submission: Submission, now: number): Progress {
  const { place } = submission;
  if ("later" in submission) return progress;
  if ("job" in submission) return submitted(progress, place, submission.job);
  return ended(progress, place, { outcome: "failed", error: submission.error, retry: -1 }, now);
}

async function itemsAt(
  step: number,
  values: StepValues,
  { deps: { lists }, definition, record }: Driven,
): Promise<readonly unknown[]> {
  const key = listKey(record.id, step);
  const defined = definition.steps[step];
  const known = lists.get(key);
  if (known !== undefined || defined === undefined) return known ?? [];
  const items = await itemsOf(defined, values);
  lists.keep(key, items);
  return items;
}

function valuesOf(progress: Progress, { deps, definition, viewer }: Driven): StepValues {
  const { queued, artifacts, bounds } = deps;
  const findJob = async (id: string) => (await queued.find([id], viewer))[0] ?? null;
  return new StepValues({ findJob, artifacts, mostBytes: bounds.carriedBytes }, definition, progress);
}

/** What is our fault is in the log as well. */
function submitError(error: CrankcaseError, driven: Driven): ErrorBody {
  const { cause } = error;
  if (error.fault === "ours")
    driven.deps.warn(`workflow ${driven.record.id}: ${cause instanceof Error ? cause.stack : error.message}`);
  return errorBody(error, driven);
}

function errorBody(error: CrankcaseError, { deps, record }: Driven): ErrorBody {
  return deps.errorBody(toCrankcaseError(error), record.id);
}
