import type { TSchema } from "typebox";
import type { TLocalizedValidationError } from "typebox/error";
import { Compile, type Validator } from "typebox/schema";
import { didYouMean } from "./closest-name.ts";
import { pathText } from "./path-text.ts";

/** The first thing that is wrong with a value. */
export interface ShapeProblem {
  /** Where, for example `files[0].name`; empty for the whole value. */
  readonly path: string;
  /** What, starting with a verb: `must be string`. */
  readonly message: string;
}

/** Says what is wrong with a value, or null when it has the shape. */
export type ShapeCheck = (value: unknown) => ShapeProblem | null;

/** Makes of a schema a check that may run for every request; it is compiled once, when it is first needed. */
export function shapeCheck(schema: TSchema): ShapeCheck {
  let compiled: Validator | undefined;
  return (value) => {
    compiled ??= Compile(schema);
    if (compiled.Check(value)) return null;
    const first = tellingError(compiled.Errors(value)[1]);
    return first === undefined ? { path: "", message: "is not valid" } : problemOf(schema, first);
  };
}

/** A problem as one sentence: `files[0].name must be string`. */
export function problemText({ path, message }: ShapeProblem, whole: string): string {
  return `${path === "" ? whole : path} ${message}`;
}

/**
 * The first error; but where one of several shapes is asked for, and the value fits one of them down to something within it,
 * that: whoever sent an object is not told that a text was wanted.
 */
function tellingError(errors: readonly TLocalizedValidationError[]): TLocalizedValidationError | undefined {
  const [first] = errors;
  if (first === undefined) return undefined;
  const isChoice = errors.some(
    ({ keyword, instancePath }) => keyword === "anyOf" && instancePath === first.instancePath,
  );
  const within = (error: TLocalizedValidationError) =>
    error.instancePath.startsWith(`${first.instancePath}/`);
  return (isChoice ? errors.find(within) : undefined) ?? first;
}

function problemOf(schema: TSchema, error: TLocalizedValidationError): ShapeProblem {
  const steps = pointerSteps(error.instancePath);
  if (error.keyword === "boolean") return unknownKey(schema, steps, error.schemaPath);
  if (error.keyword === "required") return missingKey(steps, error.params.requiredProperties);
  return { path: pathText(steps), message: ownMessage(schema, error) ?? error.message };
}

/** What the checker's own words leave out: the values that may stand there, and what a pattern is for. */
function ownMessage(
  schema: TSchema,
  { keyword, schemaPath, params }: TLocalizedValidationError,
): string | null {
  if (keyword === "enum") return `must be one of ${params.allowedValues.join(", ")}`;
  const { patternMessage } = schemaAt(schema, schemaPath) as { patternMessage?: string };
  return keyword === "pattern" ? (patternMessage ?? null) : null;
}

function unknownKey(schema: TSchema, steps: readonly string[], schemaPath: string): ShapeProblem {
  const name = steps.at(-1) ?? "";
  const known = propertiesAt(schema, schemaPath);
  const hint = didYouMean(name, known) || (known.length > 0 ? ` Known: ${known.join(", ")}.` : "");
  return { path: pathText(steps), message: `is not known here.${hint}` };
}

function missingKey(steps: readonly string[], missing: readonly string[]): ShapeProblem {
  return { path: pathText([...steps, missing[0] ?? ""]), message: "is required" };
}

/** The property names of the object schema whose `additionalProperties` the pointer names. */
function propertiesAt(schema: TSchema, schemaPath: string): string[] {
  const parent = schemaPath.slice(0, schemaPath.lastIndexOf("/"));
  const { properties } = schemaAt(schema, parent) as { properties?: object };
  return Object.keys(properties ?? {});
}

/** The schema to which the pointer leads; empty where there is none. */
function schemaAt(schema: TSchema, schemaPath: string): object {
  let at: unknown = schema;
  for (const step of pointerSteps(schemaPath.replace(/^#/, ""))) {
    at = (at as Record<string, unknown> | undefined)?.[step];
  }
  return (at ?? {}) as object;
}

/** The steps of a JSON pointer (RFC 6901, section 4). */
function pointerSteps(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
