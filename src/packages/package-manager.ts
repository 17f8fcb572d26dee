import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { BuildJail } from "../jail/jail.ts";
import type { LiveCatalogue } from "../runtimes/live-catalogue.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import type { PackageUse } from "../runtimes/package-use.ts";
import { readManifests } from "../runtimes/read-manifests.ts";
import { aptClients } from "./apt-clients.ts";
import { archiveCache } from "./archive-cache.ts";
import { choosePackage, type KnownPackages, offeredEntries } from "./choose-package.ts";
import { debianArchitecture } from "./debian-architecture.ts";
import { type InstallDeps, installPackage } from "./install-package.ts";
import { installPistonPackage } from "./install-piston-package.ts";
import { keyedLock } from "./keyed-lock.ts";
import { listPackages, type PackageListing } from "./list-packages.ts";
import { loadPackageIndex } from "./load-package-index.ts";
import { pistonRepository } from "./piston-repository.ts";
import type { Progress } from "./progress.ts";
import { requireRemovable } from "./require-removable.ts";
import type { WantedVersion } from "./select-version.ts";
import { archivesDir, buildsDir } from "./state-folders.ts";
import { loadSuites } from "./suite-definition.ts";

/** Where packages come from and go to. */
export interface PackageFolders {
  readonly dataDir: string;
  readonly stateDir: string;
  readonly packagesIndexDir: string;
  readonly suitesDir: string;
}

/** What the manager needs besides its folders. */
export interface PackageManagerDeps extends PackageFolders {
  /** Url of an index of packages in Piston's format. */
  readonly repoUrl?: string | undefined;
  readonly catalogue: LiveCatalogue;
  readonly packageUse: PackageUse;
  /** A build takes a slot like a job: the jailer has no jail to spare. */
  acquireSlot(signal: AbortSignal): Promise<AsyncDisposable>;
  openBuildJail(signal: AbortSignal): Promise<BuildJail>;
  /** Told what is wrong with the index of `repoUrl`. */
  warn(text: string): void;
}

/** How one installation is told of and ended. */
export interface InstallOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Installs and removes packages of a server that runs. A package may be named by a language that it brings. */
export interface PackageManager {
  /** All that our index and Piston's have, and what is installed besides; asks no mirror and never waits for long. */
  list(): Promise<PackageListing[]>;
  /** Installs the highest version in a range, of whichever index, unless it is there. Rejects like `installPackage`. */
  install(wanted: WantedVersion, options: InstallOptions): Promise<PackageManifest>;
  /**
   * Removes the highest installed version in a range, once the jobs that run on it are over. Rejects with
   * `unknown_package`, or with `package_in_use` where another package is built on it.
   */
  uninstall(wanted: WantedVersion, signal: AbortSignal): Promise<PackageManifest>;
}

/** Makes the manager of one server. */
export function packageManager(deps: PackageManagerDeps): PackageManager {
  const { dataDir, stateDir, catalogue, packageUse } = deps;
  const architecture = debianArchitecture(process.arch);
  const exclusively = keyedLock();
  const archives = archiveCache(archivesDir(stateDir), `${dataDir}/cache/archives`);
  const repository = pistonRepository(deps);
  const known = async (maxAgeMs?: number): Promise<KnownPackages> => {
    const [index, installed] = [await loadPackageIndex(deps.packagesIndexDir), await readManifests(dataDir)];
    return { index, installed, architecture, entries: await repository.entries(maxAgeMs) };
  };
  const namesPackage = (name: string, { index, installed, entries }: KnownPackages) => {
    const isPackage = index.has(name) || [...installed, ...entries].some((it) => it.name === name);
    const language = catalogue.definitions.find((it) => it.language === name || it.aliases?.includes(name));
    return isPackage ? name : (language?.package ?? name);
  };
  return {
    async list() {
      const all = await known();
      return listPackages({ ...all, offered: offeredEntries(all) });
    },
    async install({ name, range }, { progress, signal }) {
      const all = await known(0);
      const wanted = { name: namesPackage(name, all), range };
      const chosen = choosePackage(all, wanted);
      const suites = await loadSuites(deps.suitesDir);
      await using apt = aptClients({ dataDir, cacheDir: stateDir, suites, runAs: null, signal, progress });
      const installDeps: InstallDeps = {
        index: all.index,
        indexDir: deps.packagesIndexDir,
        dataDir,
        cacheDir: stateDir,
        submissionsDir: buildsDir(stateDir),
        architecture,
        archives,
        runAs: null,
        signal,
        progress,
        makeBase: async (suite) => {
          throw noBase(suite);
        },
        openApt: apt.open,
        acquireSlot: () => deps.acquireSlot(signal),
        openBuildJail: () => deps.openBuildJail(signal),
        exclusively,
        replace: packageUse.change,
      };
      const manifest =
        "entry" in chosen
          ? await installPistonPackage(chosen.entry, installDeps)
          : await installPackage(chosen.selected, installDeps);
      await catalogue.reload();
      return manifest;
    },
    async uninstall({ name, range }, signal) {
      const packageName = namesPackage(name, await known());
      return await exclusively(packageName, async () => {
        const manifest = requireRemovable(await readManifests(dataDir), { name: packageName, range });
        const id = `${manifest.name}/${manifest.version}`;
        await packageUse.change(id, async () => {
          await using _slot = await deps.acquireSlot(signal);
          await using jail = await deps.openBuildJail(signal);
          await jail.remove(id);
          await catalogue.reload();
        });
        return manifest;
      });
    },
  };
}

/** Making one takes root: its archives' scripts run with a whole root file system of their own. */
function noBase(suite: string): CrankcaseError {
  return new CrankcaseError(
    "package_unavailable",
    `the base of ${suite} is missing: make it with sudo crankcase packages base ${suite}`,
  );
}
