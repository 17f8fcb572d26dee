import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackageManifest } from "./package-manifest.ts";

/** Texts of the bases' manifests, by base. */
export type BaseTexts = ReadonlyMap<string, string>;

/** Reads the manifest of every base that a package lies on; one without has an empty text. Rejects where one cannot be read. */
export async function readBaseTexts(
  dataDir: string,
  manifests: readonly PackageManifest[],
): Promise<BaseTexts> {
  const names = [...new Set(manifests.map(({ base }) => base))];
  const read = async (name: string) => {
    const file = join(dataDir, "bases", name, "manifest.json");
    return [name, await readFile(file, "utf8").catch(emptyIfAbsent)] as const;
  };
  return new Map(await Promise.all(names.map(read)));
}

/** SHA-256 of the manifests of a package, of the layers below it and of its base: they have the time of the build in them. */
export function buildIdentity(
  manifest: PackageManifest,
  all: readonly PackageManifest[],
  bases: BaseTexts,
): string {
  const layers = manifest.layers.map(
    (id) => all.find(({ name, version }) => `${name}/${version}` === id) ?? id,
  );
  const text = JSON.stringify([bases.get(manifest.base) ?? "", manifest, layers]);
  return createHash("sha256").update(text).digest("hex");
}

function emptyIfAbsent(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}
