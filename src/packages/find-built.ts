import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { readManifests } from "../runtimes/read-manifests.ts";
import { recipeOf } from "./recipe.ts";
import type { WantedPackage } from "./wanted-package.ts";

/** The installed package that was built by just this recipe, or null. */
export async function findBuilt(dataDir: string, wanted: WantedPackage): Promise<PackageManifest | null> {
  const recipe = recipeOf(wanted);
  const installed = await readManifests(dataDir);
  return installed.find((manifest) => manifest.name === wanted.name && manifest.recipe === recipe) ?? null;
}
