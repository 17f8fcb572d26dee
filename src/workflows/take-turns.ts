import type { ErrorBody } from "../api/error-body.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { begun, leftOut } from "./advance.ts";
import { type Carried, toItems, unusable } from "./carried.ts";
import { conditionHolds } from "./condition-holds.ts";
import { type DefinedStep, type Definition, isReference, type WorkflowBounds } from "./definition.ts";
import { turns } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { conditionTests } from "./step-references.ts";
import type { StepValues } from "./step-values.ts";

/** What deciding about steps takes. */
export interface TurnDeps {
  readonly definition: Definition;
  readonly bounds: WorkflowBounds;
  readonly values: (progress: Progress) => StepValues;
  /** Hears the items of a list that was read. */
  readonly onList: (step: number, items: readonly unknown[]) => void;
  readonly now: () => number;
  readonly errorBody: (error: CrankcaseError) => ErrorBody;
}

/** Begins the steps whose turn it is, and leaves out those that are not to run, until none is left. Rejects with what is nobody's mistake. */
export async function takeTurns(progress: Progress, deps: TurnDeps): Promise<Progress> {
  let at = progress;
  for (;;) {
    const due = turns(deps.definition, at);
    if (due.length === 0) return at;
    for (const [place, turn] of due) {
      const step = deps.definition.steps[place];
      if (step === undefined) continue;
      at =
        turn === "skipped"
          ? leftOut(at, place, { state: "skipped", error: null }, deps.now())
          : await takeTurn(at, place, step, deps);
    }
  }
}

async function takeTurn(
  progress: Progress,
  place: number,
  step: DefinedStep,
  deps: TurnDeps,
): Promise<Progress> {
  const { now, errorBody } = deps;
  const values = deps.values(progress);
  try {
    if (step.when !== null && !(await holds(step, progress, deps, values)))
      return leftOut(progress, place, { state: "skipped", error: null }, now());
    const count = await itemCount(progress, place, step, deps, values);
    return begun(progress, place, count, now());
  } catch (thrown) {
    if (!(thrown instanceof CrankcaseError) || thrown.fault !== "caller") throw thrown;
    return leftOut(progress, place, { state: "failed", error: errorBody(thrown) }, now());
  }
}

async function holds(
  { when }: DefinedStep,
  progress: Progress,
  { definition }: TurnDeps,
  values: StepValues,
): Promise<boolean> {
  if (when === null) return true;
  const tests = conditionTests(when).map(({ test }) => test);
  const taken = new Map<object, Carried | null>();
  for (const test of tests) if (test.is === undefined) taken.set(test, await values.tested(test));
  return conditionHolds(when, {
    takenFor: (test) => taken.get(test) ?? null,
    stateOf: (name) =>
      progress.steps[definition.steps.findIndex((step) => step.name === name)]?.state ?? "skipped",
  });
}

async function itemCount(
  progress: Progress,
  place: number,
  step: DefinedStep,
  { bounds, onList, definition }: TurnDeps,
  values: StepValues,
): Promise<number> {
  if (step.forEach === null) return 1;
  const items = await itemsOf(step, values);
  if (items.length > bounds.items)
    unusable(`for_each has ${items.length} items; ${bounds.items} are allowed`);
  // Steps that have not begun come to one job each at least.
  const others = definition.steps.reduce((sum, _step, index) => {
    const begunJobs = progress.steps[index]?.items.length ?? 0;
    return index === place ? sum : sum + Math.max(1, begunJobs);
  }, 0);
  if (others + items.length > bounds.jobs)
    unusable(`for_each would make it ${others + items.length} jobs; ${bounds.jobs} are allowed`);
  onList(place, items);
  return items.length;
}

/** The items of a step with `for_each`. Rejects with `value_unusable`. */
export async function itemsOf({ forEach }: DefinedStep, values: StepValues): Promise<readonly unknown[]> {
  if (!isReference(forEach)) return forEach ?? [null];
  const carried = await values.of(forEach, null);
  if (carried !== null) return toItems(carried, forEach.as, `for_each from ${forEach.from}`);
  if (forEach.default === undefined) return unusable(`for_each: ${forEach.from} gave nothing`);
  return toItems({ kind: "bytes", bytes: Buffer.from(forEach.default) }, forEach.as, "for_each");
}
