import type { ItemPlace } from "./advance.ts";
import type { DefinedStep, Definition } from "./definition.ts";
import { isSettled, isUnderWay, type Progress, type StepProgress } from "./progress.ts";

/** What is to become of a step of which all that it waits for is over: it runs, it does not, or its condition says. */
export type Turn = "runs" | "skipped" | "asks";

/** Steps whose turn it is, by their places; pure. */
export function turns(definition: Definition, progress: Progress): (readonly [number, Turn])[] {
  if (progress.ending !== null) return [];
  return definition.steps.flatMap((step, index) => {
    const isDue = progress.steps[index]?.state === "waiting" && awaited(step, progress).every(isOver);
    return isDue ? [[index, turnOf(definition, progress, step)] as const] : [];
  });
}

/** Jobs to be submitted next, the earlier steps' first, as many as there is room for; pure. */
export function nextJobs(progress: Progress, jobsAtOnce: number): ItemPlace[] {
  if (progress.ending !== null) return [];
  let room = jobsAtOnce - jobsUnderWay(progress).length;
  const places: ItemPlace[] = [];
  for (const [step, { state, items }] of progress.steps.entries()) {
    if (state !== "running") continue;
    for (const [index, item] of items.entries()) {
      if (room <= 0) return places;
      if (item.state !== "waiting") continue;
      places.push({ step, index });
      room -= 1;
    }
  }
  return places;
}

/** Those that are in the queue or run; pure. */
export function jobsUnderWay(progress: Progress): (ItemPlace & { readonly job: string })[] {
  return progress.steps.flatMap(({ items }, step) =>
    items.flatMap((item, index) =>
      isUnderWay(item) && item.job !== null ? [{ step, index, job: item.job }] : [],
    ),
  );
}

/** How a workflow ended of which all steps are over; null of one that goes on. Pure. */
export function endOf(
  definition: Definition,
  progress: Progress,
): "succeeded" | "failed" | "cancelled" | null {
  if (!progress.steps.every(isOver)) return null;
  if (progress.ending === "cancelled") return "cancelled";
  if (progress.ending === "time_is_over") return "failed";
  const isLost = progress.steps.some(
    ({ state }, index) => state === "failed" && !isForgiven(index, definition, progress),
  );
  return isLost ? "failed" : "succeeded";
}

/** A failure that was allowed for, or that a step which ran had a condition on. */
function isForgiven(failed: number, { steps }: Definition, progress: Progress): boolean {
  if (steps[failed]?.mayFail === true) return true;
  return steps.some(({ heard }, index) => heard.has(failed) && hasRun(progress.steps[index]));
}

function hasRun(step: StepProgress | undefined): boolean {
  return step !== undefined && (step.state === "succeeded" || step.state === "failed");
}

/** What a condition speaks of is up to it; all else that a step waits for must have come to a good end. */
function turnOf({ steps }: Definition, progress: Progress, step: DefinedStep): Turn {
  const isMissing = step.awaited.some((one) => {
    if (step.heard.has(one)) return false;
    const state = progress.steps[one]?.state;
    return state !== "succeeded" && !(state === "failed" && steps[one]?.mayFail === true);
  });
  if (isMissing) return "skipped";
  return step.when === null ? "runs" : "asks";
}

function awaited({ awaited: places }: DefinedStep, progress: Progress): StepProgress[] {
  return places.flatMap((place) => progress.steps[place] ?? []);
}

function isOver({ state }: StepProgress): boolean {
  return isSettled(state);
}
