import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ArchiveCache, CachedFile, Digest } from "./archive-cache.ts";
import type { Ingredients } from "./ingredients.ts";
import type { Architecture, NpmSource } from "./package-definition.ts";
import { type RunAs, runCommand } from "./run-command.ts";
import type { Workspace } from "./workspace.ts";

/** What fetching an npm package needs. */
export interface NpmIngredientsDeps {
  readonly architecture: Architecture;
  readonly archives: ArchiveCache;
  readonly runAs: RunAs;
  readonly signal: AbortSignal;
  /** Makes a private folder that npm's user can write to. */
  openFolder(): Promise<Workspace>;
}

/**
 * The npm package of this architecture: our own copy, or fetched by npm, which compares it with the registry's digest; here it
 * is compared with the definition's. None of its scripts is run. Rejects with `package_unavailable` or `archive_refused`.
 */
export async function npmIngredients(source: NpmSource, deps: NpmIngredientsDeps): Promise<Ingredients> {
  const npmPackage = source.packages[deps.architecture];
  if (npmPackage === undefined) {
    throw new CrankcaseError("package_unavailable", `there is no npm package for ${deps.architecture}`);
  }
  const { version } = source;
  const digest: Digest = { algorithm: "sha512", hex: hexOf(npmPackage.integrity) };
  const copy =
    (await deps.archives.find(digest)) ?? (await fetchFile(`${npmPackage.name}@${version}`, digest, deps));
  // As npm calls the file: a scope's sign and slash have no place in a name.
  const name = `${npmPackage.name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`;
  const entry = { name, version, size: copy.size, sha256: copy.sha256 };
  return { version, files: [{ path: copy.path, entry }] };
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
