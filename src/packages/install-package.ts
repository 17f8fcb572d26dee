import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { BuildJail } from "../jail/jail.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import type { AptClient } from "./apt-client.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import { baseFiles } from "./base-files.ts";
import { type BaseManifest, readBaseManifest } from "./base-manifest.ts";
import { buildPackage } from "./build-package.ts";
import { findBuilt } from "./find-built.ts";
import { folderBytes, megabytes } from "./folder-bytes.ts";
import { gatherIngredients } from "./gather-ingredients.ts";
import type { Ingredients } from "./ingredients.ts";
import type { KeyedLock } from "./keyed-lock.ts";
import { bundledIngredients, readBundle } from "./package-bundle.ts";
import type { Architecture, PackageDefinition } from "./package-definition.ts";
import type { Progress } from "./progress.ts";
import type { RunAs } from "./run-command.ts";
import { type SelectedPackage, selectVersion } from "./select-version.ts";
import type { WantedPackage } from "./wanted-package.ts";

/** What installing takes. */
export interface InstallDeps {
  readonly index: ReadonlyMap<string, PackageDefinition>;
  /** Folder of the index: packages' own files lie below it. */
  readonly indexDir: string;
  readonly dataDir: string;
  /** Folder in which private folders for downloads are made. */
  readonly cacheDir: string;
  /** The jailer's folder of builds' submissions. */
  readonly submissionsDir: string;
  readonly architecture: Architecture;
  readonly archives: ArchiveCache;
  /** Who fetches. */
  readonly runAs: RunAs;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Looks whether the suite has something newer than what is there. */
  readonly isUpgrade: boolean;
  /** Folder of a bundle from which everything is taken instead of from mirrors; null for mirrors. */
  readonly bundle: string | null;
  /** Makes the base of a suite that has none yet. */
  makeBase(suite: string): Promise<BaseManifest>;
  openApt(base: BaseManifest): Promise<AptClient>;
  acquireSlot(): Promise<AsyncDisposable>;
  openBuildJail(): Promise<BuildJail>;
  /** One installation of a package at a time. */
  readonly exclusively: KeyedLock;
  /** Puts a finished layer in the place of an installed one, once nobody uses that. */
  replace<Result>(packageId: string, change: () => Promise<Result>): Promise<Result>;
}

/**
 * Installs a package, and before it its base and the packages that it is on, as far as they are missing. What is there by
 * the same recipe is left alone. Rejects with `unknown_package`, `package_unavailable`, `archive_refused` or
 * `package_failed`; what was finished by then stays.
 */
export async function installPackage(selected: SelectedPackage, deps: InstallDeps): Promise<PackageManifest> {
  return await deps.exclusively(selected.name, () => install(selected, deps));
}

async function install({ name, definition }: SelectedPackage, deps: InstallDeps): Promise<PackageManifest> {
  const base = await presentBase(definition.source.suite, deps);
  const below: PackageManifest[] = [];
  for (const [lower, range] of Object.entries(definition.on ?? {})) {
    const { suite } = definition.source;
    const selected = selectVersion(deps.index, { name: lower, range, suite }, deps.architecture);
    below.push(await installPackage(selected, deps));
  }
  const ownFiles = await Promise.all(
    (definition.source.files ?? []).map((file) => sha256Of(join(deps.indexDir, name, file))),
  );
  const wanted: WantedPackage = { name, definition, base, below, ownFiles };
  const built = await findBuilt(deps.dataDir, wanted);
  if (built === null) return await build(wanted, await gather(wanted, deps), deps);
  if (deps.isUpgrade) {
    const ingredients = await gather(wanted, deps);
    if (!isMadeOf(built, ingredients)) return await build(wanted, ingredients, deps);
  }
  deps.progress.line(`package ${name} ${built.version}: there already`);
  return built;
}

async function presentBase(
  suite: string,
  { dataDir, progress, makeBase }: InstallDeps,
): Promise<BaseManifest> {
  const present = await readBaseManifest(dataDir, suite);
  if (present !== null) return present;
  const size = () => folderBytes(join(dataDir, "bases", suite, "root"));
  return await progress.step(
    `base ${suite}: make it of Debian's archives`,
    () => makeBase(suite),
    async ({ files }) => `${files.length} archives, ${megabytes(await size())}`,
  );
}

async function sha256Of(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

function isMadeOf({ files }: PackageManifest, ingredients: Ingredients): boolean {
  const digests = (entries: readonly { readonly sha256: string }[]) =>
    entries.map(({ sha256 }) => sha256).sort();
  const now = digests(ingredients.files.map(({ entry }) => entry));
  return digests(files).join() === now.join();
}

async function gather({ name, definition, base }: WantedPackage, deps: InstallDeps): Promise<Ingredients> {
  if (deps.bundle !== null) return await fromBundle(deps.bundle, { name, definition }, deps.archives);
  const { dataDir, progress } = deps;
  const gathering = `package ${name}: gather its archives`;
  const run = () =>
    gatherIngredients(definition, {
      ...deps,
      dpkgStatus: baseFiles(dataDir, base.suite).dpkgStatus,
      filesDir: join(deps.indexDir, name),
      openApt: () => deps.openApt(base),
      onFetched: (done, total) => progress.amount(gathering, done, total),
    });
  return await progress.step(gathering, run, archivesText);
}

async function build(
  wanted: WantedPackage,
  ingredients: Ingredients,
  deps: InstallDeps,
): Promise<PackageManifest> {
  const { name, definition } = wanted;
  return await deps.progress.step(
    `package ${name}: build its layer`,
    () => buildPackage(wanted, ingredients, deps),
    () => `about ${definition.size_mb} MB`,
  );
}

async function fromBundle(
  folder: string,
  { name, definition }: SelectedPackage,
  archives: ArchiveCache,
): Promise<Ingredients> {
  const manifests = await readBundle(folder, name);
  const manifest = manifests.find((it) => (it.definition ?? it.version) === definition.version);
  if (manifest !== undefined) return await bundledIngredients(folder, manifest, archives);
  throw new CrankcaseError("package_unavailable", `${folder} has no ${name} ${definition.version}`);
}

function archivesText({ version, files }: Ingredients): string {
  const bytes = files.reduce((sum, { entry }) => sum + entry.size, 0);
  return `version ${version}, ${files.length} archives, ${megabytes(bytes)}`;
}
