import { join } from "node:path";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { readManifests } from "../runtimes/read-manifests.ts";
import { archiveCache } from "./archive-cache.ts";
import { debianArchitecture } from "./debian-architecture.ts";
import { type InstallState, installSelected } from "./install-selected.ts";
import { definitionOf, requireInstalled, requireRemovable } from "./installed-packages.ts";
import { keyedLock } from "./keyed-lock.ts";
import { listPackages, type PackageListing } from "./list-packages.ts";
import { loadPackageIndex } from "./load-package-index.ts";
import { readBundle } from "./package-bundle.ts";
import type { PackageDefinition } from "./package-definition.ts";
import type { InstallOptions, PackagesDeps } from "./packages-deps.ts";
import { selectVersion, type WantedVersion } from "./select-version.ts";
import { archivesDir } from "./state-folders.ts";

/** Installs and removes packages of a server that runs. A package may be named by a language that it brings. */
export interface Packages {
  /** All that the index has, and what is installed besides; asks no mirror. */
  list(): Promise<PackageListing[]>;
  /** Installs the highest version in a range, unless it is there. Rejects like `installPackage`. */
  install(wanted: WantedVersion, options: InstallOptions): Promise<PackageManifest>;
  /** Brings the highest installed version in a range to what its suite has now. Rejects like `install`. */
  upgrade(wanted: WantedVersion, options: InstallOptions): Promise<PackageManifest>;
  /**
   * Removes the highest installed version in a range, once the jobs that run on it are over. Rejects with
   * `unknown_package`, or with `package_in_use` where another package is built on it.
   */
  uninstall(wanted: WantedVersion, signal: AbortSignal): Promise<PackageManifest>;
}

/** Makes the manager of one server. */
export function openPackages(deps: PackagesDeps): Packages {
  const { dataDir, stateDir, catalogue, packageUse } = deps;
  const architecture = debianArchitecture(process.arch);
  const exclusively = keyedLock();
  const archives = archiveCache(archivesDir(stateDir), join(dataDir, "cache/archives"));
  const state: InstallState = { deps, archives, architecture, exclusively };
  const index = () => loadPackageIndex(deps.packagesIndexDir);
  const namesPackage = async (name: string) => {
    const known = await index();
    const language = catalogue.definitions.find((it) => it.language === name || it.aliases?.includes(name));
    return known.has(name) ? name : (language?.package ?? name);
  };
  /** Its name is locked, so that no installation of it is under way; its jobs are over before it goes. */
  async function remove({ name, version }: PackageManifest, signal: AbortSignal): Promise<void> {
    const id = `${name}/${version}`;
    await exclusively(name, () =>
      packageUse.change(id, async () => {
        await using _slot = await deps.acquireSlot(signal);
        await using jail = await deps.openBuildJail(signal);
        await jail.remove(id);
        await catalogue.reload();
      }),
    );
  }
  return {
    list: async () => listPackages(await index(), await readManifests(dataDir), architecture),
    async install({ name, range }, options) {
      const wanted = { name: await namesPackage(name), range };
      const offered = await offeredBy(options.bundle, wanted.name, await index());
      return await installSelected(state, selectVersion(offered, wanted, architecture), options, false);
    },
    async upgrade({ name, range }, options) {
      const wanted = { name: await namesPackage(name), range };
      const before = requireInstalled(await readManifests(dataDir), wanted);
      const after = await installSelected(state, definitionOf(before, await index()), options, true);
      if (after.version !== before.version) await remove(before, options.signal);
      return after;
    },
    async uninstall({ name, range }, signal) {
      const packageName = await namesPackage(name);
      const manifest = requireRemovable(await readManifests(dataDir), { name: packageName, range });
      await remove(manifest, signal);
      return manifest;
    },
  };
}

/** The index; of one package only those versions that a bundle has, where one is named. */
async function offeredBy(
  bundle: string | undefined,
  name: string,
  index: ReadonlyMap<string, PackageDefinition>,
): Promise<ReadonlyMap<string, PackageDefinition>> {
  const definition = index.get(name);
  if (bundle === undefined || definition === undefined) return index;
  const bundled = (await readBundle(bundle, name)).map((it) => it.definition ?? it.version);
  const versions = definition.versions.filter(({ version }) => bundled.includes(version));
  return new Map([...index, [name, { ...definition, versions }]]);
}
