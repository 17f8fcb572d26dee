import Type, { type Static } from "typebox";
import { PackageSourceShape } from "./package-source.ts";

/** Names of packages and versions are folders of the data folder (docs/jailer-protocol.md, "Folders"). */
const PART = "^[A-Za-z0-9][A-Za-z0-9.+_~-]*$";

/** A version begins with a number: runtimes are told by it as semver. */
const VERSION = "^[0-9][A-Za-z0-9.+_~-]*$";

const strict = { additionalProperties: false } as const;

const Architecture = Type.Union([Type.Literal("amd64"), Type.Literal("arm64")]);

const PackageVersion = Type.Object(
  {
    version: Type.String({
      pattern: VERSION,
      description:
        "Version of the language when this was written. An apt source installs what its suite has now; the manifest of the built package tells which.",
    }),
    architectures: Type.Array(Architecture, {
      minItems: 1,
      uniqueItems: true,
      description: "Where it can be built.",
    }),
    size_mb: Type.Integer({
      minimum: 0,
      description: "What its layer takes on disk, in MB (10^6 bytes), when this was written on amd64.",
    }),
    on: Type.Optional(
      Type.Record(Type.String({ pattern: PART }), Type.String({ minLength: 1 }), {
        minProperties: 1,
        description:
          "Packages that its programs need below them, each with a semver range; they are of the same suite, and none of them brings archives of Debian where this one does.",
      }),
    ),
    source: PackageSourceShape,
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
      description:
        "The first that fits a range is taken: the newest first, but those of suites in the making (suites/*.yaml) last.",
    }),
  },
  strict,
);

/** A package's definition as it stands in its YAML file. */
export type PackageDefinition = Static<typeof PackageDefinitionShape>;

/** One version of a package, and how it is built. */
export type PackageVersion = Static<typeof PackageVersion>;

/** Debian's name of a processor for which packages can be built. */
export type Architecture = Static<typeof Architecture>;
