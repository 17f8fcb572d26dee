import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { startJailer } from "../../scripts/build-packages/start-jailer.ts";
import { type BaseManifest, readBaseManifest } from "../../src/packages/base-manifest.ts";
import { DATA_DIR, PROJECT_DIR } from "../support/test-data.ts";

/** A data folder of its own with the real base and no package. */
export interface DataFolder extends AsyncDisposable {
  readonly dataDir: string;
  readonly base: BaseManifest;
}

/** Its base and archives are hard links: nobody writes to them, and linking takes no time. */
export async function openDataFolder(): Promise<DataFolder> {
  await using acquired = new AsyncDisposableStack();
  const folder = await dir({ tmpdir: dirname(DATA_DIR), unsafeCleanup: true, mode: 0o755 });
  acquired.defer(folder.cleanup);
  const dataDir = folder.path;
  for (const name of ["packages", "cache"]) await mkdir(join(dataDir, name));
  await execa("cp", ["-al", join(DATA_DIR, "bases"), dataDir]);
  await execa("cp", ["-al", join(DATA_DIR, "cache/archives"), join(dataDir, "cache")]);
  const base = await readBaseManifest(dataDir, "trixie");
  if (base === null) throw new Error(`${DATA_DIR} has no base: run scripts/setup-tests`);
  const owned = acquired.move();
  return { dataDir, base, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Where packages can be built: a data folder, and a real jailer over it. */
export interface BuildPlace extends DataFolder {
  readonly socketPath: string;
  readonly buildsDir: string;
}

/** `runnerUidMin` must be no other test's: jailers claim their uids. */
export async function openBuildPlace(runnerUidMin: number): Promise<BuildPlace> {
  await using acquired = new AsyncDisposableStack();
  const { dataDir, base } = acquired.use(await openDataFolder());
  const buildsDir = join(dataDir, "submissions");
  await mkdir(buildsDir);
  const { socketPath } = acquired.use(
    await startJailer({
      jailer: join(PROJECT_DIR, "jailer/build/jailer"),
      executionersDir: join(PROJECT_DIR, "executioners"),
      memoryTotal: 2 ** 32,
      dataDir,
      buildsDir,
      runnerUidMin,
    }),
  );
  const owned = acquired.move();
  return { dataDir, base, socketPath, buildsDir, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
