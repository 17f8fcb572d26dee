import type { Condition } from "../api/workflow-condition.ts";
import { type Carried, toPlain } from "./carried.ts";

/** What a condition is asked about. */
export interface Heard {
  /** What a step came to. */
  stateOf(step: string): string;
  /** What was taken for a test; null where it is not there. */
  takenFor(test: Condition): Carried | null;
}

/** Whether a step's condition holds; pure. */
export function conditionHolds(condition: Condition, heard: Heard): boolean {
  const { any, all, not, step = "", is, equals } = condition;
  const holds = (one: Condition) => conditionHolds(one, heard);
  // All that it says must be so: the shape lets several stand side by side.
  const said = [
    any === undefined || any.some(holds),
    all === undefined || all.every(holds),
    not === undefined || !holds(not),
    is === undefined || heard.stateOf(step) === is,
    equals === undefined || isEqual(heard.takenFor(condition), equals),
  ];
  return said.every(Boolean);
}

/** A number is one whether a program wrote it as text or as JSON. */
function isEqual(carried: Carried | null, wanted: NonNullable<Condition["equals"]> | null): boolean {
  if (carried === null) return false;
  const value = toPlain(carried);
  return (
    value === wanted || (carried.kind === "bytes" && typeof wanted !== "string" && value === String(wanted))
  );
}
