import type { Condition } from "../api/workflow-condition.ts";
import type { Reference } from "../api/workflow-reference.ts";
import type { StepJob } from "../api/workflow-request.ts";
import { isReference, type SentStep } from "./definition.ts";

/** A reference, and where in its step it stands. */
export interface PlacedReference {
  /** For example `job.args[2]`. */
  readonly field: string;
  readonly reference: Reference;
}

/** A test of a condition, and where in its step it stands. */
export interface PlacedTest {
  readonly field: string;
  readonly test: Condition;
}

/** Everything that a job takes from elsewhere; pure. */
export function jobReferences(job: StepJob): PlacedReference[] {
  const texts: (readonly [string, unknown])[] = [
    ["job.stdin", job.stdin],
    ...(job.args ?? []).map((arg, index) => [`job.args[${index}]`, arg] as const),
    ...Object.entries(job.environment ?? {}).map(
      ([name, value]) => [`job.environment.${name}`, value] as const,
    ),
    ...job.files.map(({ content }, index) => [`job.files[${index}].content`, content] as const),
  ];
  return texts.flatMap(([field, value]) => (isReference(value) ? [{ field, reference: value }] : []));
}

/** The same of a step, with what it is fanned out over; pure. */
export function stepReferences(step: SentStep): PlacedReference[] {
  const list = step.for_each;
  const over = isReference(list) ? [{ field: "for_each", reference: list }] : [];
  return [...over, ...jobReferences(step.job)];
}

/** The tests of which a condition is made, at whatever depth; pure. */
export function conditionTests(condition: Condition | null | undefined, field = "when"): PlacedTest[] {
  if (condition === null || condition === undefined) return [];
  const several = Object.entries({ any: condition.any, all: condition.all }).flatMap(([word, inner = []]) =>
    inner.flatMap((one, index) => conditionTests(one, `${field}.${word}[${index}]`)),
  );
  const own = isCompound(condition) && condition.step === undefined ? [] : [{ field, test: condition }];
  return [...own, ...several, ...conditionTests(condition.not, `${field}.not`)];
}

/** Whether it is made of others. */
export function isCompound({ any, all, not }: Condition): boolean {
  return any !== undefined || all !== undefined || not !== undefined;
}
