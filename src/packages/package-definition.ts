import Type, { type Static } from "typebox";

/** Names of packages and versions are folders of the data folder (docs/jailer-protocol.md, "Folders"). */
const PART = "^[A-Za-z0-9][A-Za-z0-9.+_~-]*$";

const strict = { additionalProperties: false } as const;

const Architecture = Type.Union([Type.Literal("amd64"), Type.Literal("arm64")]);

const suite = Type.String({
  pattern: "^[a-z][a-z-]*$",
  description: "Debian suite of the base below the package; its archives come from the same suite.",
});

const AptSource = Type.Object(
  {
    suite,
    packages: Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9+.-]+$" }), {
      minItems: 1,
      uniqueItems: true,
      description:
        "Debian packages to install, with what they depend on; what they merely recommend is left out and must be named here where it is needed.",
    }),
    version_of: Type.String({
      pattern: "^[a-z0-9][a-z0-9+.-]+$",
      description: "The Debian package whose upstream version is the language's, for example python3.13.",
    }),
  },
  { ...strict, description: "Archives of Debian, installed by the base's own apt in a build jail." },
);

const NpmPackage = Type.Object(
  {
    name: Type.String({
      pattern: "^(@[a-z0-9._-]+/)?[a-z0-9][a-z0-9._-]*$",
      description: "Name in the npm registry.",
    }),
    integrity: Type.String({
      pattern: "^sha512-[A-Za-z0-9+/]{86}==$",
      description: "What `npm view NAME@VERSION dist.integrity` says; a file with another digest is refused.",
    }),
  },
  strict,
);

const NpmSource = Type.Object(
  {
    suite,
    version: Type.String({
      pattern: "^[0-9][0-9A-Za-z.+-]*$",
      description: "Exact version in the npm registry.",
    }),
    packages: Type.Object(
      { amd64: Type.Optional(NpmPackage), arm64: Type.Optional(NpmPackage) },
      { ...strict, minProperties: 1, description: "The npm package of each architecture." },
    ),
    unpack: Type.Array(Type.String({ pattern: "^[^/\\u0000-][^\\u0000]*$" }), {
      minItems: 1,
      uniqueItems: true,
      description:
        "Files and folders of the npm package that are unpacked under /opt/<name of this package>.",
    }),
  },
  { ...strict, description: "One package of npm, unpacked without running any of its scripts." },
);

const PackageVersion = Type.Object(
  {
    version: Type.String({
      pattern: PART,
      description:
        "Version of the language when this was written. An apt source installs what its suite has now; the manifest of the built package tells which.",
    }),
    architectures: Type.Array(Architecture, {
      minItems: 1,
      uniqueItems: true,
      description: "Where it can be built.",
    }),
    source: Type.Object(
      { apt: Type.Optional(AptSource), npm: Type.Optional(NpmSource) },
      {
        ...strict,
        minProperties: 1,
        maxProperties: 1,
        description: "Where its bits come from: one of these.",
      },
    ),
    fixups: Type.Optional(
      Type.Array(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }), {
        default: [],
        description:
          "Commands run in the build jail after the install, each an argument list whose first is the program's absolute path. No shell, no network.",
      }),
    ),
    provides: Type.Array(Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9.+_-]*$" }), {
      minItems: 1,
      uniqueItems: true,
      description: "Commands that jobs find by name; a build in which one is missing is refused.",
    }),
  },
  strict,
);

/** Schema of `packages-index/<package>.yaml`, and its manual: how a package's bits get on disk. */
export const PackageDefinitionShape = Type.Object(
  {
    name: Type.String({ pattern: PART, description: "Name of the package; also the name of this file." }),
    versions: Type.Array(PackageVersion, {
      minItems: 1,
      description: "The newest first: it is the default.",
    }),
  },
  strict,
);

/** A package's definition as it stands in its YAML file. */
export type PackageDefinition = Static<typeof PackageDefinitionShape>;

/** One version of a package, and how it is built. */
export type PackageVersion = Static<typeof PackageVersion>;

/** Where Debian archives come from. */
export type AptSource = Static<typeof AptSource>;

/** Where an npm package comes from. */
export type NpmSource = Static<typeof NpmSource>;

/** Debian's name of a processor for which packages can be built. */
export type Architecture = Static<typeof Architecture>;
