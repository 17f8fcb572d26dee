import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { type BaseManifest, readBaseManifest } from "./base-manifest.ts";
import { buildPackage } from "./build-package.ts";
import { findBuilt } from "./find-built.ts";
import { findIngredients, isMadeOf } from "./find-ingredients.ts";
import { folderBytes, megabytes } from "./folder-bytes.ts";
import type { Ingredients } from "./ingredients.ts";
import type { InstallDeps } from "./install-deps.ts";
import { filesDirOf } from "./load-package-index.ts";
import { type SelectedPackage, selectVersion } from "./select-version.ts";
import type { WantedPackage } from "./wanted-package.ts";

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
    (definition.source.files ?? []).map((file) => sha256Of(join(filesDirOf(name, deps.index), file))),
  );
  const wanted: WantedPackage = { name, definition, base, below, ownFiles };
  const built = await findBuilt(deps.dataDir, wanted);
  if (built === null) return await build(wanted, await findIngredients(wanted, deps), deps);
  if (deps.isUpgrade) {
    const ingredients = await findIngredients(wanted, deps);
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
  const content = await readFile(path).catch((cause: Error) => {
    const message = `source.files: ${path} cannot be read: ${cause.message}`;
    throw new CrankcaseError("invalid_definition", message, { cause });
  });
  return createHash("sha256").update(content).digest("hex");
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
