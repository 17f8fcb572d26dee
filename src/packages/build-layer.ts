import { constants } from "node:fs";
import { copyFile, link, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { BuildJail } from "../jail/jail.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { readManifests } from "../runtimes/read-manifests.ts";
import type { BaseManifest } from "./base-manifest.ts";
import { buildJailLimits } from "./build-stage.ts";
import type { Ingredient } from "./ingredients.ts";
import { openWorkspace } from "./workspace.ts";

/** What building a layer needs. */
export interface BuildLayerDeps {
  readonly dataDir: string;
  /** The jailer's folder of builds. */
  readonly buildsDir: string;
  /** A slot with which packages (`<name>/<version>`) are kept from being replaced or removed. */
  acquireSlot(packages: readonly string[]): Promise<AsyncDisposable>;
  openBuildJail(): Promise<BuildJail>;
  /** Puts a finished layer in the place of an installed one, once nobody uses that. */
  replace<Result>(packageId: string, change: () => Promise<Result>): Promise<Result>;
}

/** What a layer is built on, and of which files: its jail shows them in `BUILD_FILES`. */
export interface BuildPlan {
  readonly base: BaseManifest;
  /** The packages below it. */
  readonly below: readonly PackageManifest[];
  readonly files: readonly Ingredient[];
}

/**
 * Builds a layer in a jail without network by `build`, and makes it an installed package with the manifest that came of it.
 * It is one whole or not at all. Rejects with
 * `package_failed`, and with what `build` and the jail reject with.
 */
export async function buildLayer(
  { base, below, files }: BuildPlan,
  deps: BuildLayerDeps,
  build: (jail: BuildJail, filesBytes: number) => Promise<PackageManifest>,
): Promise<PackageManifest> {
  const bytes = files.reduce((sum, { entry }) => sum + entry.size, 0);
  await using submission = await openWorkspace(deps.buildsDir, null, "build");
  await layOut(submission.path, files);
  await using _slot = await deps.acquireSlot(layersOf(below));
  await requirePresent(below, deps.dataDir);
  await using jail = await deps.openBuildJail();
  jail.attach({ base: base.suite, layers: layersOf(below) }, buildJailLimits(bytes));
  jail.submit(basename(submission.path));
  const manifest = await build(jail, bytes);
  const id = `${manifest.name}/${manifest.version}`;
  await deps.replace(id, () => jail.commit(id, Buffer.from(JSON.stringify(manifest, null, 2))));
  return manifest;
}

/** What one is built on may have been removed while its own files were fetched. Rejects with `package_failed`. */
async function requirePresent(below: readonly PackageManifest[], dataDir: string): Promise<void> {
  if (below.length === 0) return;
  const buildOf = ({ name, version, builtAt }: PackageManifest) => `${name}/${version} ${builtAt}`;
  const installed = new Set((await readManifests(dataDir)).map(buildOf));
  const gone = below.find((manifest) => !installed.has(buildOf(manifest)));
  if (gone === undefined) return;
  const message = `${gone.name} ${gone.version}, which it is built on, was removed or replaced meanwhile: try again`;
  throw new CrankcaseError("package_failed", message);
}

/** Layers of packages, those of the first on top. */
export function layersOf(packages: readonly PackageManifest[]): string[] {
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
