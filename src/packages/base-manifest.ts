import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Type, { type Static } from "typebox";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { PackagedFile } from "../runtimes/package-manifest.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";

/**
 * Schema of `bases/<suite>/manifest.json` in the data folder: what the base is made of, and where more of its suite
 * comes from.
 */
export const BaseManifestShape = Type.Object(
  {
    format: Type.Literal(1),
    suite: Type.String({ minLength: 1, description: "Debian's name of the suite, also the base's folder." }),
    architecture: Type.String({ minLength: 1, description: "Debian's name, for example amd64." }),
    sources: Type.Array(Type.String({ pattern: "^deb " }), {
      minItems: 1,
      description:
        "Lines of sources.list(5) from which it was made, and from which packages on it are resolved.",
    }),
    files: Type.Array(PackagedFile, { description: "Every archive that was installed." }),
    builtAt: Type.String({ minLength: 1, description: "ISO 8601 time at which it was built." }),
  },
  { additionalProperties: false },
);

/** A base's manifest as it stands in its JSON file. */
export type BaseManifest = Static<typeof BaseManifestShape>;

const check = shapeCheck(BaseManifestShape);

/** The manifest of a base, or null where that base is not built. Rejects with `invalid_definition`. */
export async function readBaseManifest(dataDir: string, suite: string): Promise<BaseManifest | null> {
  const path = join(dataDir, "bases", suite, "manifest.json");
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  const problem = check(value);
  if (problem === null) return value as BaseManifest;
  throw new CrankcaseError("invalid_definition", `${path}: ${problemText(problem, "it")}`);
}
