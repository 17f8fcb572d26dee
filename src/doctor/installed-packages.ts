import type { Host } from "./host.ts";

/** A package on disk. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

/** Packages below the data folder that have a manifest: `packages/<name>/<version>/manifest.json`. */
export async function installedPackages(host: Host, dataDir: string): Promise<InstalledPackage[]> {
  const found: InstalledPackage[] = [];
  for (const name of await visible(host, `${dataDir}/packages`)) {
    for (const version of await visible(host, `${dataDir}/packages/${name}`)) {
      const manifest = await host.stat(`${dataDir}/packages/${name}/${version}/manifest.json`);
      if (manifest !== null) found.push({ name, version });
    }
  }
  return found;
}

/** Names with a dot in front are of what is being made. */
async function visible(host: Host, folder: string): Promise<string[]> {
  return ((await host.list(folder)) ?? []).filter((name) => !name.startsWith(".")).sort();
}
