import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** Pattern of a Debian package's name (Debian policy, 5.6.7). */
const DEBIAN_NAME = "^[a-z0-9][a-z0-9+.-]+$";

const NpmPackage = Type.Object(
  {
    name: Type.String({
      pattern: "^(@[a-z0-9._-]+/)?[a-z0-9][a-z0-9._-]*$",
      description: "Name in the npm registry.",
    }),
    version: Type.String({
      pattern: "^[0-9][0-9A-Za-z.+-]*$",
      description: "Exact version in the npm registry.",
    }),
    integrity: Type.String({
      pattern: "^sha512-[A-Za-z0-9+/]{86}==$",
      description: "What `npm view NAME@VERSION dist.integrity` says; a file with another digest is refused.",
    }),
    architecture: Type.Optional(
      Type.Union([Type.Literal("amd64"), Type.Literal("arm64")], {
        description: "The processor that it is for; every one where it is left out.",
      }),
    ),
    into: Type.Optional(
      Type.String({
        pattern: "^(\\.|[^/.\\u0000][^/\\u0000]*(/[^/.\\u0000][^/\\u0000]*)*)$",
        description:
          "Folder below /opt/<name of this package> that it is unpacked to; `node_modules/<its name>` where it is left out.",
      }),
    ),
    unpack: Type.Optional(
      Type.Array(Type.String({ pattern: "^[^/\\u0000-][^\\u0000]*$" }), {
        minItems: 1,
        uniqueItems: true,
        description: "The files and folders of it that are wanted; all of them where it is left out.",
      }),
    ),
  },
  { ...strict, description: "One package of npm, unpacked without running any of its scripts." },
);

/** Schema of the `source` of a package's version. */
export const PackageSourceShape = Type.Object(
  {
    suite: Type.String({
      pattern: "^[a-z][a-z-]*$",
      description:
        "Debian suite (suites/<suite>.yaml) of the base below the package; its archives come from the same suite.",
    }),
    apt: Type.Optional(
      Type.Array(Type.String({ pattern: DEBIAN_NAME }), {
        minItems: 1,
        uniqueItems: true,
        description:
          "Debian packages, installed by the base's own apt in a build jail with what they depend on; what they merely recommend is left out and must be named here where it is needed.",
      }),
    ),
    version_of: Type.Optional(
      Type.String({
        pattern: DEBIAN_NAME,
        description:
          "The Debian package whose upstream version is the language's, for example python3.13; where it is left out, the language's version is the one of this definition.",
      }),
    ),
    npm: Type.Optional(
      Type.Array(NpmPackage, {
        minItems: 1,
        description: "Packages of npm with all that they depend on: nothing is looked up.",
      }),
    ),
    files: Type.Optional(
      Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9._-]*$" }), {
        minItems: 1,
        uniqueItems: true,
        description:
          "Files of our own: they lie in a folder named after the package beside this file, and are copied to /opt/<name of this package>.",
      }),
    ),
  },
  {
    ...strict,
    minProperties: 2,
    description: "Where its bits come from: a suite, and one or more of the others.",
  },
);

/** One package of npm. */
export type NpmPackage = Static<typeof NpmPackage>;
