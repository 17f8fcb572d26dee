import Type, { type Static } from "typebox";

/** Schema of the body of `POST` and `DELETE /api/crankcase/v1/packages`. */
export const PackageRequestShape = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 256,
      description: "A package, or a language that one brings.",
    }),
    version: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        default: "*",
        description: "Semver range; the highest version in it is meant.",
      }),
    ),
    from: Type.Optional(
      Type.String({
        pattern: "^/",
        description:
          "Folder on the server's machine, written by `crankcase packages export`: nothing is asked of mirrors. POST by the operator's socket only.",
      }),
    ),
    upgrade: Type.Optional(
      Type.Boolean({
        default: false,
        description: "Of an installed package: brings it to what its suite has now. POST only.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** A package to install or to remove. */
export type PackageRequest = Static<typeof PackageRequestShape>;
