import Type, { type TObject, type TProperties } from "typebox";
import { JobLimitsShape, SomeStageLimitsShape, StageLimitsShape } from "../schema/limits.ts";
import {
  compileDefaults,
  compileMaximums,
  jobDefaults,
  jobMaximums,
  runDefaults,
  runMaximums,
} from "./default-limits.ts";

const strict = { additionalProperties: false } as const;

/** The same object schema with a default written into each of its keys. */
function withDefaults<Keys extends TProperties>(
  shape: TObject<Keys>,
  defaults: Readonly<Record<keyof Keys & string, number>>,
): TObject<Keys> {
  const properties = Object.entries(shape.properties).map(([key, value]) => [
    key,
    { ...value, default: defaults[key] },
  ]);
  return { ...shape, properties: Object.fromEntries(properties) };
}

const LimitOverrides = Type.Record(
  Type.String(),
  Type.Object(
    { compile: Type.Optional(SomeStageLimitsShape), run: Type.Optional(SomeStageLimitsShape) },
    strict,
  ),
  {
    default: {},
    description:
      "Limits by language, for example `{c++: {run: {processes: 128}}}`: default and maximum of that language at once. They win over the definition's own.",
  },
);

/** Keys of every limit: what a job gets, and what it may ask for. */
export const limitKeys = {
  limits: Type.Object(
    {
      compile: Type.Object(
        {
          default: withDefaults(StageLimitsShape, compileDefaults),
          maximum: withDefaults(StageLimitsShape, compileMaximums),
        },
        strict,
      ),
      run: Type.Object(
        {
          default: withDefaults(StageLimitsShape, runDefaults),
          maximum: withDefaults(StageLimitsShape, runMaximums),
        },
        strict,
      ),
      job: Type.Object(
        {
          default: withDefaults(JobLimitsShape, jobDefaults),
          maximum: withDefaults(JobLimitsShape, jobMaximums),
        },
        strict,
      ),
    },
    strict,
  ),
  limit_overrides: LimitOverrides,
};
