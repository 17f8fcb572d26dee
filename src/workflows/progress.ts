import type { ErrorBody } from "../api/error-body.ts";
import type { ItemStateName, StepStateName } from "../api/workflow.ts";
import type { DefinedStep } from "./definition.ts";

/** Where one of a step's jobs stands. */
export interface ItemProgress {
  readonly state: ItemStateName;
  /** Jobs that were submitted for it. */
  readonly tries: number;
  /** Id of the last of them. */
  readonly job: string | null;
  readonly error: ErrorBody | null;
}

/** Where a step stands. Times are milliseconds since 1970. */
export interface StepProgress {
  readonly name: string;
  /** Names of the steps that must be over before it. */
  readonly needs: readonly string[];
  readonly isFannedOut: boolean;
  readonly state: StepStateName;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly items: readonly ItemProgress[];
  readonly error: ErrorBody | null;
}

/** Where a workflow stands: all that a driver has to know besides the request, and kept as JSON after each change. */
export interface Progress {
  readonly steps: readonly StepProgress[];
  /** Why it is being ended before its steps are over; null while it goes on. */
  readonly ending: "cancelled" | "time_is_over" | null;
}

/** Whether nothing more becomes of a step, or of one of its jobs. */
export function isSettled(state: StepStateName | ItemStateName): boolean {
  return state !== "waiting" && state !== "queued" && state !== "running";
}

/** Whether a job of it is in the queue or runs. */
export function isUnderWay({ state }: Pick<ItemProgress, "state">): boolean {
  return state === "queued" || state === "running";
}

/** Nothing has begun. */
export function freshProgress(steps: readonly Pick<DefinedStep, "name" | "forEach" | "awaited">[]): Progress {
  return {
    ending: null,
    steps: steps.map(({ name, forEach, awaited }) => ({
      name,
      needs: awaited.flatMap((place) => steps[place]?.name ?? []),
      isFannedOut: forEach !== null,
      state: "waiting",
      startedAt: null,
      finishedAt: null,
      items: [],
      error: null,
    })),
  };
}
