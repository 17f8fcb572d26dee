import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { AptClient } from "./apt-client.ts";
import { aptIngredients } from "./apt-ingredients.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import type { Ingredients } from "./ingredients.ts";
import { npmIngredients } from "./npm-ingredients.ts";
import type { Architecture, PackageVersion } from "./package-definition.ts";
import type { RunAs } from "./run-command.ts";
import { openWorkspace } from "./workspace.ts";

/** What gathering needs, whatever the source is. */
export interface GatherDeps {
  /** The base's root folder. */
  readonly baseRoot: string;
  /** Folder in which private folders for downloads are made. */
  readonly cacheDir: string;
  readonly architecture: Architecture;
  readonly archives: ArchiveCache;
  readonly runAs: RunAs;
  readonly signal: AbortSignal;
  /** Null where nothing that will be gathered comes from apt: fetching its lists takes seconds. */
  readonly apt: AptClient | null;
}

/**
 * Finds out what a package is made of and gets it, as an unprivileged user: our own copies where they are good, else fetched
 * and compared with the digests of the signed index or the definition.
 * Rejects with `package_unavailable` or `archive_refused`.
 */
export async function gatherIngredients(definition: PackageVersion, deps: GatherDeps): Promise<Ingredients> {
  const { source } = definition;
  const { apt } = deps;
  const openFolder = () => openWorkspace(deps.cacheDir, deps.runAs);
  if (source.npm !== undefined) return await npmIngredients(source.npm, { ...deps, openFolder });
  if (source.apt === undefined || apt === null)
    throw new CrankcaseError("internal", "no source, or no apt to ask");
  return await aptIngredients(source.apt, { ...deps, openFolder, apt });
}
