import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { aptClients } from "./apt-clients.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import type { ChosenPackage } from "./choose-package.ts";
import { orDiskFull } from "./disk-full.ts";
import type { InstallDeps } from "./install-deps.ts";
import { installPackage } from "./install-package.ts";
import { installPistonPackage } from "./install-piston-package.ts";
import type { KeyedLock } from "./keyed-lock.ts";
import type { PackageIndex } from "./load-package-index.ts";
import type { Architecture } from "./package-definition.ts";
import type { InstallOptions, PackagesDeps } from "./packages-deps.ts";
import { buildsDir } from "./state-folders.ts";
import { loadSuites } from "./suite-definition.ts";

/** What all installations of a server share. */
export interface InstallState {
  readonly deps: PackagesDeps;
  readIndex(): Promise<PackageIndex>;
  readonly archives: ArchiveCache;
  readonly architecture: Architecture;
  readonly exclusively: KeyedLock;
}

/** Installs a chosen package on a server that runs, and lets it appear. Rejects like `installPackage`. */
export async function installChosen(
  state: InstallState,
  chosen: ChosenPackage,
  { progress, signal, bundle }: InstallOptions,
  isUpgrade: boolean,
): Promise<PackageManifest> {
  const { deps, readIndex, archives, architecture, exclusively } = state;
  const { dataDir, stateDir, catalogue, packageUse } = deps;
  const suites = await loadSuites(deps.suitesDir);
  await using apt = aptClients({ dataDir, cacheDir: stateDir, suites, runAs: null, signal, progress });
  const installDeps: InstallDeps = {
    index: (await readIndex()).packages,
    dataDir,
    cacheDir: stateDir,
    buildsDir: buildsDir(stateDir),
    architecture,
    archives,
    runAs: null,
    signal,
    progress,
    isUpgrade,
    bundle: bundle ?? null,
    makeBase: async (suite) => {
      throw noBase(suite);
    },
    openApt: apt.open,
    acquireSlot: (packages) => deps.acquireSlot(packages, signal),
    openBuildJail: () => deps.openBuildJail(signal),
    exclusively,
    replace: (id, commit) => packageUse.change(id, () => commit().finally(catalogue.reload), signal),
  };
  const installing =
    "entry" in chosen
      ? installPistonPackage(chosen.entry, installDeps)
      : installPackage(chosen.selected, installDeps);
  const manifest = await installing.catch((thrown: unknown) => {
    throw orDiskFull(thrown, [stateDir, dataDir]);
  });
  await catalogue.reload();
  return manifest;
}

/** Making one takes root: its archives' scripts run with a whole root file system of their own. */
function noBase(suite: string): CrankcaseError {
  return new CrankcaseError("base_missing", `The base of ${suite} is not made yet`, {
    field: `bases/${suite}`,
  });
}
