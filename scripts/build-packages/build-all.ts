import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { installPackage } from "../../src/packages/install-package.ts";
import { definitionOf } from "../../src/packages/installed-packages.ts";
import { type SelectedPackage, selectVersion } from "../../src/packages/select-version.ts";
import { readManifests } from "../../src/runtimes/read-manifests.ts";
import type { BuildContext } from "./build-context.ts";
import { openInstallPlace } from "./install-place.ts";

/** Builds every wanted package that is missing, with its base. Whatever it started is gone when this settles. */
export async function buildAll(context: BuildContext): Promise<void> {
  await using place = await openInstallPlace(context);
  const { index, architecture } = place.deps;
  const wanted = context.wanted.map((one) => selectVersion(index, one, architecture));
  const selected = wanted.length > 0 ? wanted : await installedOnes(context, index);
  for (const one of selected) await installPackage(one, place.deps);
}

/** What is in Piston's format, or not in the index any more, stays as it is. */
async function installedOnes(
  { dataDir, progress }: BuildContext,
  index: Parameters<typeof definitionOf>[1],
): Promise<SelectedPackage[]> {
  const found: SelectedPackage[] = [];
  for (const manifest of await readManifests(dataDir)) {
    try {
      found.push(definitionOf(manifest, index));
    } catch (error) {
      if (!(error instanceof CrankcaseError)) throw error;
      progress.line(`package ${manifest.name} ${manifest.version}: stays, the index has it no more`);
    }
  }
  return found;
}
