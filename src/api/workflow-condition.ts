import Type from "typebox";
import { StepNameShape, takeFields, type takeWords } from "./workflow-reference.ts";

/** How a step can have ended, as conditions ask for it. */
export const heardOutcomes = ["succeeded", "failed", "skipped"] as const;

/** Conditions within one. */
const MOST_WITHIN = 32;

/** Depth to which they stand in each other: any of all, all of any. */
const LEVELS = 2;

/** When a step runs. */
export interface Condition {
  readonly step?: string;
  readonly is?: (typeof heardOutcomes)[number];
  readonly take?: (typeof takeWords)[number];
  readonly artifact?: string;
  readonly json?: string;
  readonly equals?: string | number | boolean | null;
  readonly any?: readonly Condition[];
  readonly all?: readonly Condition[];
  readonly not?: Condition;
}

/** Schema of when a step runs. */
export const ConditionShape: Type.TUnsafe<Condition> = Type.Unsafe<Condition>(
  conditionShape(
    LEVELS,
    "When the step runs: what another step came to (`step` with `is`), what it wrote (`step` with `equals`), or `any`, `all` or `not` of such, two deep.",
  ),
);

function conditionShape(levels: number, description: string): Type.TSchema {
  const inner = levels === 0 ? null : conditionShape(levels - 1, "One of them.");
  return Type.Object(
    {
      step: Type.Optional(StepNameShape),
      is: Type.Optional(Type.Enum([...heardOutcomes], { description: "What the step came to." })),
      ...takeFields,
      equals: Type.Optional(
        Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], {
          description: "What was taken is this; one line end at the end of a text does not count.",
        }),
      ),
      ...(inner === null ? {} : within(inner)),
    },
    { additionalProperties: false, description },
  );
}

function within(inner: Type.TSchema) {
  const some = (description: string) =>
    Type.Optional(Type.Array(inner, { minItems: 1, maxItems: MOST_WITHIN, description }));
  return {
    any: some("One of them at least holds."),
    all: some("All of them hold."),
    not: Type.Optional(inner),
  };
}
