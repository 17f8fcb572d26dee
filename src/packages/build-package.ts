import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { type BuildLayerDeps, buildLayer, layersOf } from "./build-layer.ts";
import { runBuildStep } from "./build-stage.ts";
import { buildSteps } from "./build-steps.ts";
import type { Ingredients } from "./ingredients.ts";
import { recipeOf } from "./recipe.ts";
import type { WantedPackage } from "./wanted-package.ts";

/**
 * Installs fetched files into a layer on their base, in a jail without network, and makes it an installed package. It is one
 * whole or not at all. Rejects with `package_failed`, or with what the jail rejects with.
 */
export async function buildPackage(
  wanted: WantedPackage,
  ingredients: Ingredients,
  deps: BuildLayerDeps,
): Promise<PackageManifest> {
  const { name, definition, base } = wanted;
  const { architecture } = base;
  const files = ingredients.files.map(({ entry }) => entry.name);
  return await buildLayer({ ...wanted, files: ingredients.files }, deps, async (jail, bytes) => {
    for (const step of buildSteps({ name, definition, architecture, files }))
      await runBuildStep(jail, step, bytes);
    return manifestOf(wanted, ingredients);
  });
}

function manifestOf(wanted: WantedPackage, { version, files }: Ingredients): PackageManifest {
  const { name, definition, base, below } = wanted;
  return {
    format: 1,
    name,
    version,
    definition: definition.version,
    base: base.suite,
    // What the base has already needs no layer, though an empty one was made.
    layers: [...(files.length === 0 ? [] : [`${name}/${version}`]), ...layersOf(below)],
    architecture: base.architecture,
    suite: base.suite,
    files: files.map(({ entry }) => entry),
    recipe: recipeOf(wanted),
    builtAt: new Date().toISOString(),
  };
}
