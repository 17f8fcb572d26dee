import { join } from "node:path";
import { openBuildJail } from "../../src/jail/open-jail.ts";
import { type AptClient, openAptClient } from "../../src/packages/apt-client.ts";
import { archiveCache } from "../../src/packages/archive-cache.ts";
import type { BaseManifest } from "../../src/packages/base-manifest.ts";
import { buildPackage } from "../../src/packages/build-package.ts";
import type { WantedPackage } from "../../src/packages/find-built.ts";
import { gatherIngredients } from "../../src/packages/gather-ingredients.ts";
import type { Ingredients } from "../../src/packages/ingredients.ts";
import { openWorkspace } from "../../src/packages/workspace.ts";
import type { PackageManifest } from "../../src/runtimes/package-manifest.ts";
import type { BuildContext } from "./build-context.ts";
import { folderBytes } from "./folder-bytes.ts";
import { megabytes } from "./progress.ts";
import { startJailer } from "./start-jailer.ts";

/** Builds packages of one base one after the other, with a jailer of its own. */
export async function buildMissing(
  missing: readonly WantedPackage[],
  base: BaseManifest,
  context: BuildContext,
): Promise<void> {
  const { dataDir, project, signal, progress } = context;
  await using acquired = new AsyncDisposableStack();
  const cacheDir = join(dataDir, "cache");
  const submissionsDir = acquired.use(await openWorkspace(cacheDir, null)).path;
  const executionersDir = join(project, "executioners");
  const jailer = acquired.use(await startJailer({ ...context, submissionsDir, executionersDir }));
  const baseRoot = join(dataDir, "bases", base.suite, "root");
  const archives = archiveCache(join(cacheDir, "archives"));
  const apt = missing.some(isFromApt) ? await openApt({ base, baseRoot, cacheDir }, context, acquired) : null;
  const buildDeps = { submissionsDir, openBuildJail: () => openBuildJail(jailer, { signal }) };
  for (const wanted of missing) {
    const gather = () =>
      gatherIngredients(wanted.definition, { ...context, baseRoot, cacheDir, archives, apt });
    const ingredients = await progress.step(
      `package ${wanted.name}: gather its archives`,
      gather,
      archivesText,
    );
    const build = () => buildPackage(wanted, ingredients, buildDeps);
    await progress.step(`package ${wanted.name}: build its layer`, build, (built) =>
      layerText(dataDir, built),
    );
  }
}

function isFromApt({ definition }: WantedPackage): boolean {
  return definition.source.apt !== undefined;
}

async function openApt(
  place: { readonly base: BaseManifest; readonly baseRoot: string; readonly cacheDir: string },
  { runAs, signal, progress }: BuildContext,
  acquired: AsyncDisposableStack,
): Promise<AptClient> {
  const folder = acquired.use(await openWorkspace(place.cacheDir, runAs)).path;
  return await progress.step(`lists of ${place.base.suite}: fetch them`, () =>
    openAptClient({ ...place, folder, runAs, signal }),
  );
}

function archivesText({ version, files }: Ingredients): string {
  const bytes = files.reduce((sum, { entry }) => sum + entry.size, 0);
  return `version ${version}, ${files.length} archives, ${megabytes(bytes)}`;
}

async function layerText(dataDir: string, { name, version }: PackageManifest): Promise<string> {
  return megabytes(await folderBytes(join(dataDir, "packages", name, version, "layer")));
}
