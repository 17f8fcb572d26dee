import { join } from "node:path";
import type { AptClient } from "./apt-client.ts";
import { aptIngredients } from "./apt-ingredients.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import type { Ingredient, Ingredients } from "./ingredients.ts";
import { npmIngredients } from "./npm-ingredients.ts";
import type { Architecture, PackageVersion } from "./package-definition.ts";
import type { RunAs } from "./run-command.ts";
import { openWorkspace } from "./workspace.ts";

/** What gathering needs, whatever the source is. */
export interface GatherDeps {
  /** The base's dpkg status file. */
  readonly dpkgStatus: string;
  /** Folder in which private folders for downloads are made. */
  readonly cacheDir: string;
  /** Folder of the package's own files in the index. */
  readonly filesDir: string;
  readonly architecture: Architecture;
  readonly archives: ArchiveCache;
  readonly runAs: RunAs;
  readonly signal: AbortSignal;
  /** Told how many bytes of what is to be fetched are there. */
  onFetched(doneBytes: number, totalBytes: number): void;
  /** Asked for only by what comes from apt: fetching its lists takes seconds. */
  openApt(): Promise<AptClient>;
}

/**
 * Finds out what a package is made of and gets it, as an unprivileged user: our own copies where they are good, else fetched
 * and compared with the digests of the signed index or the definition.
 * Rejects with `package_unavailable` or `archive_refused`.
 */
export async function gatherIngredients(definition: PackageVersion, deps: GatherDeps): Promise<Ingredients> {
  const { apt, npm, files = [], version_of: versionOf } = definition.source;
  const openFolder = () => openWorkspace(deps.cacheDir, deps.runAs);
  const fromApt =
    apt === undefined
      ? null
      : await aptIngredients(
          { packages: apt, versionOf },
          { ...deps, openFolder, apt: await deps.openApt() },
        );
  const fromNpm = await npmIngredients(npm, deps.architecture, { ...deps, openFolder });
  const own = await Promise.all(files.map((name) => ownIngredient(name, definition.version, deps)));
  return {
    version: fromApt?.version ?? definition.version,
    files: [...(fromApt?.files ?? []), ...fromNpm, ...own],
  };
}

/** A file of the index is copied like any other: what is built is what the manifest lists. */
async function ownIngredient(name: string, version: string, deps: GatherDeps): Promise<Ingredient> {
  const { path, size, sha256 } = await deps.archives.keep(join(deps.filesDir, name));
  return { path, entry: { name, version, size, sha256 } };
}
