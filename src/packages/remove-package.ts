import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { readManifests } from "../runtimes/read-manifests.ts";
import { requireUnneeded } from "./installed-packages.ts";
import type { PackagesDeps } from "./packages-deps.ts";

/** Removes a package once those that use it are gone. Meanwhile another may have been built on it: then it stays. */
export async function removePackage(
  manifest: PackageManifest,
  deps: PackagesDeps,
  signal: AbortSignal,
): Promise<void> {
  const id = `${manifest.name}/${manifest.version}`;
  const change = async () => {
    requireUnneeded(await readManifests(deps.dataDir), manifest);
    await using _slot = await deps.acquireSlot([], signal);
    await using jail = await deps.openBuildJail(signal);
    await jail.remove(id);
    await deps.catalogue.reload();
  };
  await deps.packageUse.change(id, change, signal);
}

/** Removes what an upgrade has replaced. It may be gone by now; where another package is built on it, it stays. */
export async function removeOutdated(
  before: PackageManifest,
  deps: PackagesDeps,
  signal: AbortSignal,
): Promise<void> {
  const isIt = ({ name, version }: PackageManifest) => name === before.name && version === before.version;
  if (!(await readManifests(deps.dataDir)).some(isIt)) return;
  await removePackage(before, deps, signal).catch((error: unknown) => {
    if (!(error instanceof CrankcaseError) || error.code !== "package_in_use") throw error;
  });
}
