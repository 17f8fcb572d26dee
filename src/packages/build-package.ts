import { constants } from "node:fs";
import { copyFile, link, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BuildJail } from "../jail/jail.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { buildJailLimits, runBuildStep } from "./build-stage.ts";
import { buildSteps } from "./build-steps.ts";
import type { Ingredient, Ingredients } from "./ingredients.ts";
import { recipeOf } from "./recipe.ts";
import type { WantedPackage } from "./wanted-package.ts";
import { openWorkspace } from "./workspace.ts";

/** What building a package needs. */
export interface BuildPackageDeps {
  /** The jailer's folder of submissions. */
  readonly submissionsDir: string;
  acquireSlot(): Promise<AsyncDisposable>;
  openBuildJail(): Promise<BuildJail>;
  /** Puts a finished layer in the place of an installed one, once nobody uses that. */
  replace<Result>(packageId: string, change: () => Promise<Result>): Promise<Result>;
}

/**
 * Installs fetched files into a layer on their base, in a jail without network, and makes it an installed package. It is one
 * whole or not at all. Rejects with `package_failed`, or with what the jail rejects with.
 */
export async function buildPackage(
  wanted: WantedPackage,
  ingredients: Ingredients,
  deps: BuildPackageDeps,
): Promise<PackageManifest> {
  const { name, definition, base, below } = wanted;
  const manifest = manifestOf(wanted, ingredients);
  const bytes = ingredients.files.reduce((sum, { entry }) => sum + entry.size, 0);
  await using submission = await openWorkspace(deps.submissionsDir, null, "build");
  await layOut(submission.path, ingredients.files);
  await using _slot = await deps.acquireSlot();
  await using jail = await deps.openBuildJail();
  jail.attach({ base: base.suite, layers: layersOf(below) }, buildJailLimits(bytes));
  jail.submit(basename(submission.path));
  const files = ingredients.files.map(({ entry }) => entry.name);
  const { architecture } = base;
  for (const step of buildSteps({ name, definition, architecture, files }))
    await runBuildStep(jail, step, bytes);
  const id = `${name}/${manifest.version}`;
  await deps.replace(id, () => jail.commit(id, Buffer.from(JSON.stringify(manifest, null, 2))));
  return manifest;
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

/** Layers of packages, those of the first on top. */
function layersOf(packages: readonly PackageManifest[]): string[] {
  return [...new Set(packages.flatMap(({ layers }) => layers))];
}

/** A submission as the jailer takes it (docs/jailer-protocol.md, "Folders"). */
async function layOut(folder: string, files: readonly Ingredient[]): Promise<void> {
  const target = join(folder, "submission");
  await mkdir(target);
  for (const { path, entry } of files) await linkOrCopy(path, join(target, entry.name));
  await writeFile(join(folder, "args.args"), "");
  await writeFile(join(folder, "stdin.stdin"), "");
}

/**
 * The jailer takes links from root alone. Others copy, and share the blocks where the file system can; so does root where
 * the two lie on different file systems.
 */
async function linkOrCopy(source: string, target: string): Promise<void> {
  const copy = () => copyFile(source, target, constants.COPYFILE_FICLONE);
  if (process.getuid?.() !== 0) return await copy();
  await link(source, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EXDEV") throw error;
    return copy();
  });
}
