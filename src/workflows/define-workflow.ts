import type { WorkflowRequest } from "../api/workflow-request.ts";
import { withArtifacts } from "./asked-artifacts.ts";
import type { DefinedStep, Definition, SentStep, WorkflowBounds } from "./definition.ts";
import { refuse, requireSoundStep } from "./require-sound.ts";
import { conditionTests, stepReferences } from "./step-references.ts";

/**
 * Makes of a request, which has its shape, a workflow whose edges are known. Throws `invalid_request` with the field at fault:
 * for a step that there is not, that comes twice or that waits for itself, and for what is above the bounds.
 */
export function defineWorkflow(request: WorkflowRequest, bounds: WorkflowBounds): Definition {
  const { steps, priority = 0 } = request;
  if (steps.length > bounds.steps) refuse("steps", `are ${steps.length}; ${bounds.steps} are allowed`);
  const places = placesOf(steps);
  for (const [index, step] of steps.entries()) {
    requireSoundStep(step, `steps[${index}]`, (name) => {
      const place = places.get(name);
      return place === undefined ? undefined : steps[place]?.for_each !== undefined;
    });
  }
  requireFew(steps, bounds);
  const defined = steps.map((step) => definedStep(step, places));
  requireNoCycle(defined);
  return { steps: withArtifacts(defined), priority };
}

function placesOf(steps: readonly SentStep[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [index, { name }] of steps.entries()) {
    if (places.has(name)) refuse(`steps[${index}].name`, `stands there twice: ${name}`);
    places.set(name, index);
  }
  return places;
}

/** Lists that stand in the request are counted now, those that steps give when they are known. */
function requireFew(steps: readonly SentStep[], { items, jobs }: WorkflowBounds): void {
  let all = 0;
  for (const [index, { for_each: list }] of steps.entries()) {
    const count = Array.isArray(list) ? list.length : 1;
    if (Array.isArray(list) && count > items)
      refuse(`steps[${index}].for_each`, `has ${count} items; ${items} are allowed`);
    all += count;
  }
  if (all > jobs) refuse("steps", `come to ${all} jobs; ${jobs} are allowed`);
}

function definedStep(step: SentStep, places: ReadonlyMap<string, number>): DefinedStep {
  const { name, job, for_each = null, when = null, retry = 0, may_fail = false, needs = [] } = step;
  const heard = conditionTests(when).map(({ test }) => test.step ?? "");
  const taken = stepReferences(step).flatMap(({ reference }) => reference.from ?? []);
  const placed = (names: readonly string[]) => new Set(names.map((one) => places.get(one) ?? -1));
  return {
    ...{ name, job, when, retry, forEach: for_each, mayFail: may_fail },
    awaited: [...placed([...needs, ...taken, ...heard])],
    heard: placed(heard),
  };
}

/** Takes away what waits for nothing that is left, again and again: what cannot be taken away goes in circles (Kahn, 1962). */
function requireNoCycle(steps: readonly DefinedStep[]): void {
  const open = steps.map(({ awaited }) => awaited.length);
  const after: number[][] = steps.map(() => []);
  for (const [index, { awaited }] of steps.entries()) for (const one of awaited) after[one]?.push(index);
  const free = open.flatMap((count, index) => (count === 0 ? [index] : []));
  for (const one of free) {
    for (const next of after[one] ?? []) {
      open[next] = (open[next] ?? 0) - 1;
      if (open[next] === 0) free.push(next);
    }
  }
  const stuck = open.findIndex((count) => count > 0);
  if (stuck < 0) return;
  const cycle = cycleFrom(stuck, steps, open);
  const names = cycle.map((index) => steps[index]?.name).join(" -> ");
  refuse(`steps[${cycle[0]}]`, `waits for itself: ${names}`);
}

/** Goes from one that is stuck to one that it waits for and that is stuck as well, until one comes again. */
function cycleFrom(start: number, steps: readonly DefinedStep[], open: readonly number[]): number[] {
  const path: number[] = [];
  let at = start;
  while (!path.includes(at)) {
    path.push(at);
    at = steps[at]?.awaited.find((one) => (open[one] ?? 0) > 0) ?? at;
  }
  return [...path.slice(path.indexOf(at)), at];
}
