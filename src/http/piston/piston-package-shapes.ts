import Type from "typebox";

const strict = { additionalProperties: false } as const;

/** Schema of one element of Piston's list of packages. */
export const PistonPackageShape = Type.Object(
  {
    language: Type.String({ description: "The package's name." }),
    language_version: Type.String(),
    installed: Type.Boolean(),
  },
  strict,
);

/** Schema of the body of Piston's changes of packages. */
export const PistonPackageRequestShape = Type.Object({
  language: Type.String({ minLength: 1, description: "The package's name." }),
  version: Type.Optional(
    Type.String({ default: "*", description: "Semver range; the highest version in it is meant." }),
  ),
});

/** Schema of their answer. */
export const PistonPackageChangeShape = Type.Object(
  {
    language: Type.String({ description: "The package's name." }),
    version: Type.String({ description: "As installed." }),
  },
  strict,
);
