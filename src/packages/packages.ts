import { join } from "node:path";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { manifestFiles, readManifests } from "../runtimes/read-manifests.ts";
import { archiveCache } from "./archive-cache.ts";
import { choosePackage, type KnownPackages, offeredEntries } from "./choose-package.ts";
import { debianArchitecture } from "./debian-architecture.ts";
import { type InstallState, installChosen } from "./install-chosen.ts";
import { definitionOf, requireInstalled, requireUnneeded } from "./installed-packages.ts";
import { keyedLock } from "./keyed-lock.ts";
import { listPackages, type PackageListing } from "./list-packages.ts";
import { loadPackageIndex, type PackageIndex, packageFiles } from "./load-package-index.ts";
import { readBundle } from "./package-bundle.ts";
import type { PackageDefinition } from "./package-definition.ts";
import type { InstallOptions, PackagesDeps } from "./packages-deps.ts";
import { pistonRepository } from "./piston-repository.ts";
import { removeOutdated, removePackage } from "./remove-package.ts";
import type { WantedVersion } from "./select-version.ts";
import { archivesDir } from "./state-folders.ts";

/** Installs and removes packages of a server that runs. A package may be named by a language that it brings. */
export interface Packages {
  /** All that our index and Piston's have, and what is installed besides; asks no mirror and never waits for long. */
  list(): Promise<PackageListing[]>;
  /** Installs the highest version in a range, of whichever index, unless it is there. Rejects like `installPackage`. */
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
  const { dataDir, stateDir, catalogue } = deps;
  const architecture = debianArchitecture(process.arch);
  const exclusively = keyedLock();
  const archives = archiveCache(archivesDir(stateDir), join(dataDir, "cache/archives"));
  const files = packageFiles();
  const manifests = manifestFiles();
  const readIndex = () => loadPackageIndex(deps, files);
  const state: InstallState = { deps, readIndex, archives, architecture, exclusively };
  const repository = pistonRepository(deps);
  /** Definitions may have come since they were last read: nobody starts the server again for that. */
  const known = async (maxAgeMs?: number): Promise<KnownNow> => {
    await catalogue.reload();
    const { packages: index, faults } = await readIndex();
    const installed = await readManifests(dataDir, manifests);
    return { index, faults, installed, architecture, entries: await repository.entries(maxAgeMs) };
  };
  const namesPackage = (name: string, { index, faults, installed, entries }: KnownNow) => {
    const isPackage =
      index.has(name) || faults.has(name) || [...installed, ...entries].some((it) => it.name === name);
    const language = catalogue.definitions.find((it) => it.language === name || it.aliases?.includes(name));
    return isPackage ? name : (language?.package ?? name);
  };
  /** For what may be built: a definition that is refused says why. What is installed may go all the same. */
  const buildable = (name: string, all: KnownNow) => {
    const packageName = namesPackage(name, all);
    const fault = all.faults.get(packageName);
    if (fault !== undefined) throw fault;
    return packageName;
  };
  return {
    async list() {
      const all = await known();
      return listPackages({ ...all, offered: offeredEntries(all) });
    },
    async install({ name, range }, options) {
      const all = await offeredBy(options.bundle, await known(0));
      const wanted = { name: buildable(name, all), range };
      return await installChosen(state, choosePackage(all, wanted), options, false);
    },
    async upgrade({ name, range }, options) {
      const all = await known(0);
      const before = requireInstalled(all.installed, { name: buildable(name, all), range });
      const chosen = { selected: definitionOf(before, all.index) };
      const after = await installChosen(state, chosen, options, true);
      if (after.version !== before.version)
        await exclusively(before.name, () => removeOutdated(before, deps, options.signal));
      return after;
    },
    async uninstall({ name, range }, signal) {
      const wanted = { name: namesPackage(name, await known()), range };
      // Its name is locked, so that no other installation or removal of it is under way.
      return await exclusively(wanted.name, async () => {
        const installed = await readManifests(dataDir);
        const manifest = requireInstalled(installed, wanted);
        requireUnneeded(installed, manifest);
        await removePackage(manifest, deps, signal);
        return manifest;
      });
    },
  };
}

/** What there is to choose from, and what is wrong with definitions that are left out. */
interface KnownNow extends KnownPackages {
  readonly faults: PackageIndex["faults"];
}

/** What there is to choose from where a bundle is named: those versions that it has. */
async function offeredBy(bundle: string | undefined, all: KnownNow): Promise<KnownNow> {
  if (bundle === undefined) return all;
  const index = new Map<string, PackageDefinition>();
  for (const definition of all.index.values()) {
    const bundled = (await readBundle(bundle, definition.name)).map((it) => it.definition ?? it.version);
    const versions = definition.versions.filter(({ version }) => bundled.includes(version));
    index.set(definition.name, { ...definition, versions });
  }
  return { ...all, index, entries: [] };
}
