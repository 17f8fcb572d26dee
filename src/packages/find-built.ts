import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { readManifests } from "../runtimes/read-manifests.ts";
import type { BaseManifest } from "./base-manifest.ts";
import type { PackageVersion } from "./package-definition.ts";
import { recipeOf } from "./recipe.ts";

/** What to look for: a package's name, one version of its definition, and what it goes on. */
export interface WantedPackage {
  readonly name: string;
  readonly definition: PackageVersion;
  readonly base: BaseManifest;
  /** The packages below it. */
  readonly below: readonly PackageManifest[];
}

/** The installed package that was built by just this recipe, or null. */
export async function findBuilt(dataDir: string, wanted: WantedPackage): Promise<PackageManifest | null> {
  const recipe = recipeOf(wanted.definition, wanted.base, wanted.below);
  const installed = await readManifests(dataDir);
  return installed.find((manifest) => manifest.name === wanted.name && manifest.recipe === recipe) ?? null;
}
