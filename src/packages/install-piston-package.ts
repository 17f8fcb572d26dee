import { createHash } from "node:crypto";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { readManifests } from "../runtimes/read-manifests.ts";
import { type BaseManifest, readBaseManifest } from "./base-manifest.ts";
import { buildPistonPackage } from "./build-piston-package.ts";
import { fetchPistonArchive } from "./fetch-piston-archive.ts";
import { megabytes } from "./folder-bytes.ts";
import type { InstallDeps } from "./install-deps.ts";
import { installPackage } from "./install-package.ts";
import type { PistonEntry } from "./piston-index.ts";
import { PISTON_LIBRARIES } from "./piston-libraries.ts";
import { selectVersion } from "./select-version.ts";

/**
 * Installs a package in Piston's format, and before it the libraries over which such packages run, as far as they are
 * missing. Rejects with `package_unavailable`, `archive_refused` or `package_failed`; what was finished by then stays.
 */
export async function installPistonPackage(entry: PistonEntry, deps: InstallDeps): Promise<PackageManifest> {
  return await deps.exclusively(entry.name, () => install(entry, deps));
}

async function install(entry: PistonEntry, deps: InstallDeps): Promise<PackageManifest> {
  const { name, version } = entry;
  const { dataDir, progress } = deps;
  const libraries = await installLibraries(deps);
  const base = await requireBase(dataDir, libraries);
  const recipe = pistonRecipe(entry, base, libraries);
  const present = (await readManifests(dataDir)).find((it) => it.name === name && it.version === version);
  if (present?.recipe === recipe) {
    progress.line(`package ${name} ${version}: there already`);
    return present;
  }
  const fetching = `package ${name} ${version}: fetch its archive`;
  const onFetched = (done: number, total: number) => progress.amount(fetching, done, total);
  const archive = await progress.step(
    fetching,
    () => fetchPistonArchive(entry, { ...deps, onFetched }),
    ({ size }) => megabytes(size),
  );
  return await progress.step(`package ${name} ${version}: build its layer`, () =>
    buildPistonPackage({ entry, archive, base, below: [libraries], recipe }, deps),
  );
}

async function installLibraries(deps: InstallDeps): Promise<PackageManifest> {
  const wanted = { name: PISTON_LIBRARIES, range: "*" };
  if (deps.index.has(PISTON_LIBRARIES))
    return await installPackage(selectVersion(deps.index, wanted, deps.architecture), deps);
  throw new CrankcaseError("package_unavailable", `packages_index_dir has no ${PISTON_LIBRARIES}.yaml`);
}

async function requireBase(dataDir: string, libraries: PackageManifest): Promise<BaseManifest> {
  const base = await readBaseManifest(dataDir, libraries.base);
  if (base !== null) return base;
  throw new CrankcaseError("package_unavailable", `the base of ${libraries.base} is missing`);
}

/** What it is built of, as a SHA-256: another archive or other libraries ask for a new build. */
function pistonRecipe({ sha256 }: PistonEntry, base: BaseManifest, libraries: PackageManifest): string {
  const baseFiles = base.files.map((file) => file.sha256).sort();
  return createHash("sha256")
    .update(JSON.stringify(["piston", sha256, baseFiles, libraries.recipe]))
    .digest("hex");
}
