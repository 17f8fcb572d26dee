import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import { baseFiles } from "./base-files.ts";
import { megabytes } from "./folder-bytes.ts";
import { gatherIngredients } from "./gather-ingredients.ts";
import type { Ingredients } from "./ingredients.ts";
import type { InstallDeps } from "./install-deps.ts";
import { filesDirOf } from "./load-package-index.ts";
import { bundledIngredients, readBundle } from "./package-bundle.ts";
import type { SelectedPackage } from "./select-version.ts";
import type { WantedPackage } from "./wanted-package.ts";

/**
 * All that a package is made of, from mirrors or from a bundle. Rejects with `package_unavailable` or `archive_refused`.
 */
export async function findIngredients(
  { name, definition, base }: WantedPackage,
  deps: InstallDeps,
): Promise<Ingredients> {
  if (deps.bundle !== null) return await fromBundle(deps.bundle, { name, definition }, deps.archives);
  const { dataDir, progress } = deps;
  const gathering = `package ${name}: gather its archives`;
  const run = () =>
    gatherIngredients(definition, {
      ...deps,
      dpkgStatus: baseFiles(dataDir, base.suite).dpkgStatus,
      filesDir: filesDirOf(name, deps.index),
      openApt: () => deps.openApt(base),
      onFetched: (done, total) => progress.amount(gathering, done, total),
    });
  return await progress.step(gathering, run, archivesText);
}

async function fromBundle(
  folder: string,
  { name, definition }: SelectedPackage,
  archives: ArchiveCache,
): Promise<Ingredients> {
  const manifests = await readBundle(folder, name);
  const manifest = manifests.find((it) => (it.definition ?? it.version) === definition.version);
  if (manifest !== undefined) return await bundledIngredients(folder, manifest, archives);
  throw new CrankcaseError("package_unavailable", `${folder} has no ${name} ${definition.version}`);
}

/** Whether an installed package was made of just these. */
export function isMadeOf({ files }: PackageManifest, ingredients: Ingredients): boolean {
  const digests = (entries: readonly { readonly sha256: string }[]) =>
    entries.map(({ sha256 }) => sha256).sort();
  const now = digests(ingredients.files.map(({ entry }) => entry));
  return digests(files).join() === now.join();
}

function archivesText({ version, files }: Ingredients): string {
  const bytes = files.reduce((sum, { entry }) => sum + entry.size, 0);
  return `version ${version}, ${files.length} archives, ${megabytes(bytes)}`;
}
