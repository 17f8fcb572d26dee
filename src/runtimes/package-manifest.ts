import Type, { type Static } from "typebox";
import { PistonPartShape } from "./piston-part.ts";

/** Pattern of the names that the jailer accepts as one part of a path (docs/jailer-protocol.md, "Folders"). */
const PART = "[A-Za-z0-9][A-Za-z0-9.+_~-]*";

const strict = { additionalProperties: false } as const;

/** One archive of a lock: with its name and digest the same bits can be had again, here or elsewhere. */
export const PackagedFile = Type.Object(
  {
    name: Type.String({ minLength: 1, description: "File's name in the archive it came from." }),
    version: Type.String({ minLength: 1, description: "Version of the archive's package." }),
    size: Type.Integer({ minimum: 0, description: "Bytes." }),
    sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  },
  strict,
);

/**
 * Schema of `packages/<name>/<version>/manifest.json` in the data folder: what is installed, and what it was made of.
 * A package without this file is not installed: the jailer writes it last.
 */
export const PackageManifestShape = Type.Object(
  {
    format: Type.Literal(1),
    name: Type.String({ pattern: `^${PART}$` }),
    version: Type.String({
      pattern: `^${PART}$`,
      description:
        "Version of the language, as its folder is named; told to users as semver (14.2 is 14.2.0).",
    }),
    definition: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Version in packages-index by whose definition it was built.",
      }),
    ),
    base: Type.String({ pattern: `^${PART}$`, description: "The base it was built on and runs on." }),
    layers: Type.Array(Type.String({ pattern: `^${PART}/${PART}$` }), {
      description:
        "Layers of the jail's root as `<name>/<version>`, the topmost first; normally the package itself; empty for what the base carries.",
    }),
    architecture: Type.String({ minLength: 1, description: "Debian's name, for example amd64." }),
    suite: Type.String({ minLength: 1, description: "The suite its archives came from." }),
    files: Type.Array(PackagedFile, { description: "The lock: every archive that was installed." }),
    recipe: Type.Optional(
      Type.String({
        pattern: "^[0-9a-f]{64}$",
        description:
          "SHA-256 of what it was built by: its definition and its base. Another recipe asks for a new build.",
      }),
    ),
    piston: Type.Optional(PistonPartShape),
    builtAt: Type.String({ minLength: 1, description: "ISO 8601 time at which it was built." }),
  },
  strict,
);

/** A package's manifest as it stands in its JSON file. */
export type PackageManifest = Static<typeof PackageManifestShape>;
