import Type, { type Static } from "typebox";

/** Schema of one entry of `GET /api/crankcase/v1/runtimes`. */
export const RuntimeInfoShape = Type.Object(
  {
    language: Type.String({ description: "Canonical name." }),
    version: Type.String({ description: "Semver." }),
    aliases: Type.Array(Type.String(), { description: "Other names that a request may use." }),
    runtime: Type.Optional(
      Type.String({ description: "The package's program, where it provides several languages." }),
    ),
    piston_format: Type.Optional(
      Type.Boolean({
        description:
          "True where it comes of a package in Piston's format, without a definition of ours; else left out.",
      }),
    ),
    compiler_flags: Type.Optional(
      Type.Boolean({ description: "True where a request may have `compiler_flags`; else left out." }),
    ),
    file_endings: Type.Array(Type.String(), {
      description: "Endings by which the language of a file is guessed.",
    }),
  },
  { additionalProperties: false },
);

/** What a user may ask for. */
export type RuntimeInfo = Static<typeof RuntimeInfoShape>;
