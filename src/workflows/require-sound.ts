import type { Condition } from "../api/workflow-condition.ts";
import type { Reference } from "../api/workflow-reference.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { SentStep } from "./definition.ts";
import { conditionTests, isCompound, type PlacedReference, stepReferences } from "./step-references.ts";

/** Throws `invalid_request` for the field of a request. */
export function refuse(field: string, why: string): never {
  throw new CrankcaseError("invalid_request", `${field} ${why}`, { field });
}

/** Whether a step of this name is fanned out; undefined where there is none. */
export type FannedOut = (name: string) => boolean | undefined;

/** Throws `invalid_request` where a step's references or its condition say too little, too much, or what cannot be. */
export function requireSoundStep(step: SentStep, at: string, fannedOut: FannedOut): void {
  for (const { field, reference } of stepReferences(step)) {
    const place = `${at}.${field}`;
    if (field === "for_each") requireSource(reference, place);
    requireSoundReference({ field: place, reference }, step);
    requireSoundForm(reference, place, fannedOut, field === "for_each");
  }
  for (const { field, test } of conditionTests(step.when)) {
    const place = `${at}.${field}`;
    requireSoundTest(test, place);
    const isList = known(fannedOut, test.step ?? "", `${place}.step`);
    if (isList && test.is === undefined)
      refuse(`${place}.equals`, `needs a step with one value: ${test.step} has for_each`);
  }
  for (const [index, name] of (step.needs ?? []).entries()) known(fannedOut, name, `${at}.needs[${index}]`);
}

function requireSoundForm(
  { from, as }: Reference,
  place: string,
  fannedOut: FannedOut,
  isParted: boolean,
): void {
  if (from === undefined) return;
  const isList = known(fannedOut, from, `${place}.from`);
  if (as !== undefined && !isList && !isParted)
    refuse(`${place}.as`, `needs a step with for_each: ${from} has one value`);
}

function known(fannedOut: FannedOut, name: string, field: string): boolean {
  const isList = fannedOut(name);
  return isList === undefined ? refuse(field, `names no step of this workflow: ${name}`) : isList;
}

function requireSource({ from }: Reference, place: string): void {
  if (from === undefined) refuse(place, "must be a list, or say which step it is from");
}

function requireSoundReference({ field, reference }: PlacedReference, step: SentStep): void {
  const { from, item, index } = reference;
  const sources = [from, item, index].filter((source) => source !== undefined);
  if (sources.length !== 1) refuse(field, "must have just one of: from, item, index");
  requireSoundTake(reference, field);
  if (from !== undefined) return;
  if (step.for_each === undefined) refuse(field, "speaks of an item, and the step has no for_each");
  const { take, artifact, json, as } = reference;
  for (const [name, value] of Object.entries({ take, artifact, json, as }))
    if (value !== undefined) refuse(`${field}.${name}`, "goes with from only");
}

function requireSoundTake(
  { take, artifact, json }: Pick<Reference, "take" | "artifact" | "json">,
  field: string,
): void {
  if (take === "artifact" && artifact === undefined) refuse(`${field}.artifact`, "is required: which file");
  if (artifact !== undefined && (take ?? "artifact") !== "artifact")
    refuse(`${field}.artifact`, `does not go with take: ${take}`);
  if (json !== undefined && take === "exit_code") refuse(`${field}.json`, "does not go with take: exit_code");
}

function requireSoundTest(test: Condition, field: string): void {
  const { step, is, equals } = test;
  if (isCompound(test)) refuse(`${field}.step`, "does not go beside any, all or not");
  if (step === undefined) refuse(`${field}.step`, "is required, or any, all or not in its place");
  if ((is === undefined) === (equals === undefined)) refuse(field, "must have just one of: is, equals");
  requireSoundTake(test, field);
  if (is === undefined) return;
  const { take, artifact, json } = test;
  for (const [name, value] of Object.entries({ take, artifact, json }))
    if (value !== undefined) refuse(`${field}.${name}`, "goes with equals only");
}
