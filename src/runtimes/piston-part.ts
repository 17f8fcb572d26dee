import Type, { type Static } from "typebox";
import { SomeStageLimitsShape } from "../schema/limits.ts";

const strict = { additionalProperties: false } as const;

/** Piston takes any text; what a request can name and a line can show is enough. */
const NAME = "^[^\\s\\u0000-\\u001f\\u007f]{1,64}$";

/** Schema of what a manifest says of a package in Piston's format: no definition of ours says how it is run. */
export const PistonPartShape = Type.Object(
  {
    provides: Type.Array(
      Type.Object(
        {
          language: Type.String({ pattern: NAME }),
          aliases: Type.Array(Type.String({ pattern: NAME }), { uniqueItems: true }),
          limit_overrides: Type.Object(
            { compile: Type.Optional(SomeStageLimitsShape), run: Type.Optional(SomeStageLimitsShape) },
            strict,
          ),
        },
        strict,
      ),
      { minItems: 1, description: "The languages it brings: the package's own, or several." },
    ),
    several: Type.Boolean({ description: "Whether it brings several languages under the package's name." }),
    has_compile: Type.Boolean({ description: "Whether it has a compile stage." }),
    environment: Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), Type.String(), {
      ...strict,
      description: "What its `environment` set when it was sourced, in the jail in which it was built.",
    }),
  },
  { ...strict, description: "Of a package in Piston's format alone." },
);

/** What a manifest says of a package in Piston's format. */
export type PistonPart = Static<typeof PistonPartShape>;
