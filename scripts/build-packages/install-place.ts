import { join } from "node:path";
import { openBuildJail } from "../../src/jail/open-jail.ts";
import { aptClients } from "../../src/packages/apt-clients.ts";
import { archiveCache } from "../../src/packages/archive-cache.ts";
import { buildBase } from "../../src/packages/build-base.ts";
import type { InstallDeps } from "../../src/packages/install-deps.ts";
import { keyedLock } from "../../src/packages/keyed-lock.ts";
import { loadPackageIndex } from "../../src/packages/load-package-index.ts";
import { loadSuites, requireSuite } from "../../src/packages/suite-definition.ts";
import { openWorkspace } from "../../src/packages/workspace.ts";
import type { BuildContext } from "./build-context.ts";
import { type RunningJailer, startJailer } from "./start-jailer.ts";

/** Where packages are installed without a daemon: all that takes, and a jailer of its own, started once it is needed. */
export interface InstallPlace extends AsyncDisposable {
  readonly deps: InstallDeps;
  jailer(): Promise<RunningJailer>;
}

/** Opens it; whatever was started is gone after disposal. */
export async function openInstallPlace(context: BuildContext): Promise<InstallPlace> {
  await using acquired = new AsyncDisposableStack();
  const { dataDir, definitionsDir, project, signal } = context;
  const packagesIndexDir = join(project, "packages-index");
  const suites = await loadSuites(join(project, "suites"));
  const cacheDir = join(dataDir, "cache");
  const archives = archiveCache(join(cacheDir, "archives"));
  const buildsDir = acquired.use(await openWorkspace(cacheDir, null)).path;
  const executionersDir = join(project, "executioners");
  const { open: openApt } = acquired.use(aptClients({ ...context, suites, cacheDir }));
  const owned = new AsyncDisposableStack();
  acquired.use(owned);
  let started: Promise<RunningJailer> | undefined;
  async function jailer(): Promise<RunningJailer> {
    started ??= startJailer({ ...context, buildsDir, executionersDir }).then((it) => owned.use(it));
    return await started;
  }
  const deps: InstallDeps = {
    ...context,
    index: (await loadPackageIndex({ packagesIndexDir, definitionsDir })).packages,
    isUpgrade: false,
    bundle: null,
    cacheDir,
    exclusively: keyedLock(),
    replace: (_id, change) => change(),
    buildsDir,
    archives,
    makeBase: (suite) => buildBase(requireSuite(suites, suite), { ...context, archives }),
    openApt,
    acquireSlot: async () => new AsyncDisposableStack(),
    openBuildJail: async () => openBuildJail(await jailer(), { signal }),
  };
  const all = acquired.move();
  return { deps, jailer, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
