import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ArchiveCache, CachedFile, Digest } from "./archive-cache.ts";
import type { Ingredient } from "./ingredients.ts";
import type { Architecture } from "./package-definition.ts";
import type { NpmPackage } from "./package-source.ts";
import { type RunAs, runCommand } from "./run-command.ts";
import type { Workspace } from "./workspace.ts";

/** What fetching npm packages needs. */
export interface NpmIngredientsDeps {
  readonly archives: ArchiveCache;
  readonly runAs: RunAs;
  readonly signal: AbortSignal;
  /** Makes a private folder that npm's user can write to. */
  openFolder(): Promise<Workspace>;
}

/** Those of a package's npm packages that are for this processor. */
export function npmPackagesFor(
  packages: readonly NpmPackage[] | undefined,
  processor: string,
): readonly NpmPackage[] {
  return (packages ?? []).filter(
    ({ architecture }) => architecture === undefined || architecture === processor,
  );
}

/** As npm calls the file: a scope's sign and slash have no place in a name. */
export function npmFileName({ name, version }: NpmPackage): string {
  return `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`;
}

/**
 * The npm packages for this architecture: our own copies, or fetched by npm, which compares each with the registry's digest;
 * here it is compared with the definition's. None of their scripts is run. Rejects with `package_unavailable` or
 * `archive_refused`.
 */
export async function npmIngredients(
  packages: readonly NpmPackage[] | undefined,
  architecture: Architecture,
  deps: NpmIngredientsDeps,
): Promise<Ingredient[]> {
  const wanted = npmPackagesFor(packages, architecture);
  return await Promise.all(wanted.map((npmPackage) => npmIngredient(npmPackage, deps)));
}

async function npmIngredient(npmPackage: NpmPackage, deps: NpmIngredientsDeps): Promise<Ingredient> {
  const { name, version, integrity } = npmPackage;
  const digest: Digest = { algorithm: "sha512", hex: hexOf(integrity) };
  const copy = (await deps.archives.find(digest)) ?? (await fetchFile(`${name}@${version}`, digest, deps));
  const entry = { name: npmFileName(npmPackage), version, size: copy.size, sha256: copy.sha256 };
  return { path: copy.path, entry };
}

async function fetchFile(name: string, digest: Digest, deps: NpmIngredientsDeps): Promise<CachedFile> {
  await using folder = await deps.openFolder();
  const { path } = folder;
  await runCommand(["npm", "pack", "--loglevel=error", "--ignore-scripts", name], {
    runAs: deps.runAs,
    signal: deps.signal,
    cwd: path,
    // npm would else look for its cache and its settings in the home of whoever started this process.
    env: {
      HOME: path,
      npm_config_cache: join(path, "cache"),
      npm_config_userconfig: join(path, "npmrc"),
      npm_config_update_notifier: "false",
    },
    failure: "package_unavailable",
  });
  const file = (await readdir(path)).find((entry) => entry.endsWith(".tgz"));
  if (file === undefined) throw new CrankcaseError("package_unavailable", `npm pack ${name} made no file`);
  return await deps.archives.admit(join(path, file), digest);
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
}
