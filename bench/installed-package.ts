import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What the bench needs to know of an installed package: its root, and where that lies. */
export interface InstalledPackage {
  readonly base: string;
  /** As `<name>/<version>`, the topmost first. */
  readonly layers: readonly string[];
  /** The folders of the root, the topmost first and joined by colons, as overlayfs takes them. */
  readonly lowerdirs: string;
}

/** Reads the manifest of a package's one installed version. Throws when it is not installed. */
export async function readInstalledPackage(dataDir: string, name: string): Promise<InstalledPackage> {
  const folder = join(dataDir, "packages", name);
  const [version] = await readdir(folder);
  const manifest = JSON.parse(await readFile(join(folder, String(version), "manifest.json"), "utf8"));
  const base: string = manifest.base;
  const layers: string[] = manifest.layers;
  const folders = layers.map((layer) => join(dataDir, "packages", layer, "layer"));
  return { base, layers, lowerdirs: [...folders, join(dataDir, "bases", base, "root")].join(":") };
}
