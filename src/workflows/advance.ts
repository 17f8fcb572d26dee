import type { ErrorBody } from "../api/error-body.ts";
import { type ItemProgress, isSettled, isUnderWay, type Progress, type StepProgress } from "./progress.ts";

/** Which job of which step. */
export interface ItemPlace {
  readonly step: number;
  readonly index: number;
}

/** What came of a job. */
export type Outcome = "succeeded" | "failed";

/*
 * Each gives what becomes of a workflow's standing when something happens. Pure.
 */

/** A step begins with so many jobs; with none it has succeeded. */
export function begun(progress: Progress, step: number, jobs: number, now: number): Progress {
  const item: ItemProgress = { state: "waiting", tries: 0, job: null, error: null };
  const items = Array.from({ length: jobs }, () => item);
  const change = { state: "running", startedAt: now, items } as const;
  return withStep(progress, step, (it) => settledStep({ ...it, ...change }, now));
}

/** A step is over before it began: it is not to run, or cannot. */
export function leftOut(
  progress: Progress,
  step: number,
  { state, error }: { readonly state: "skipped" | "failed"; readonly error: ErrorBody | null },
  now: number,
): Progress {
  return withStep(progress, step, (it) => ({ ...it, state, error, finishedAt: now }));
}

/** A job is in the queue. */
export function submitted(progress: Progress, { step, index }: ItemPlace, job: string): Progress {
  return withItem(progress, { step, index }, (it) => ({
    ...{ state: "queued", tries: it.tries + 1, job, error: null },
  }));
}

/** A job has begun to run. */
export function started(progress: Progress, place: ItemPlace): Progress {
  return withItem(progress, place, (it) => (it.state === "queued" ? { ...it, state: "running" } : it));
}

/** A job is over: a failed one is run again where it may be, so often besides the first time. */
export function ended(
  progress: Progress,
  { step, index }: ItemPlace,
  {
    outcome,
    error,
    retry,
  }: { readonly outcome: Outcome; readonly error: ErrorBody | null; readonly retry: number },
  now: number,
): Progress {
  const change = (it: ItemProgress): ItemProgress => {
    if (progress.ending !== null && outcome === "failed") return { ...it, state: "cancelled", error };
    const isAgain = outcome === "failed" && it.tries <= retry;
    return { ...it, state: isAgain ? "waiting" : outcome, error };
  };
  const changed = withItem(progress, { step, index }, change);
  return withStep(changed, step, (it) => settledStep(it, now));
}

/** The workflow is to end: what has no job under way is cancelled. */
export function endingFor(
  progress: Progress,
  ending: NonNullable<Progress["ending"]>,
  now: number,
): Progress {
  const steps = progress.steps.map((step) => {
    if (isSettled(step.state)) return step;
    const items = step.items.map((it) =>
      isSettled(it.state) || isUnderWay(it) ? it : { ...it, state: "cancelled" as const },
    );
    if (items.some(isUnderWay)) return { ...step, items };
    return { ...step, items, state: "cancelled" as const, finishedAt: now };
  });
  return { ending, steps };
}

/** A step whose jobs are all over is so too. */
function settledStep(step: StepProgress, now: number): StepProgress {
  if (step.items.some(({ state }) => !isSettled(state))) return step;
  const has = (wanted: ItemProgress["state"]) => step.items.some(({ state }) => state === wanted);
  const state = has("cancelled") ? "cancelled" : has("failed") ? "failed" : "succeeded";
  return { ...step, state, finishedAt: now };
}

function withStep(progress: Progress, step: number, change: (it: StepProgress) => StepProgress): Progress {
  const known = progress.steps[step];
  return known === undefined ? progress : { ...progress, steps: progress.steps.with(step, change(known)) };
}

function withItem(
  progress: Progress,
  { step, index }: ItemPlace,
  change: (it: ItemProgress) => ItemProgress,
): Progress {
  return withStep(progress, step, (it) => {
    const known = it.items[index];
    return known === undefined ? it : { ...it, items: it.items.with(index, change(known)) };
  });
}
