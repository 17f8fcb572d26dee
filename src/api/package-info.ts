import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** Schema of one element of `GET /api/crankcase/v1/packages`. */
export const PackageInfoShape = Type.Object(
  {
    name: Type.String({ description: "As in packages-index, or in the index of repo_url." }),
    version: Type.String({ description: "As installed, else as the index has it." }),
    installed: Type.Boolean(),
    languages: Type.Array(Type.String(), {
      description:
        "Languages that it brings; none for a package in Piston's format that is not installed, since its index does not say.",
    }),
    suite: Type.String({ description: "Debian suite of its base." }),
    size_mb: Type.Union([Type.Integer(), Type.Null()], {
      description: "What it takes on disk, in MB (10^6 bytes); null for what the index does not have.",
    }),
  },
  strict,
);

/** A package that can be installed, or is. */
export type PackageInfo = Static<typeof PackageInfoShape>;

/** Schema of the answer of `POST` and `DELETE /api/crankcase/v1/packages`. */
export const PackageChangeShape = Type.Object(
  {
    name: Type.String(),
    version: Type.String({ description: "As installed." }),
    languages: Type.Array(Type.String(), { description: "Languages that it brings." }),
  },
  strict,
);

/** A package that was installed or removed. */
export type PackageChange = Static<typeof PackageChangeShape>;
