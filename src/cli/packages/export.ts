import { join, resolve } from "node:path";
import { loadConfig } from "../../config/load-config.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { archiveCache } from "../../packages/archive-cache.ts";
import { requireInstalled } from "../../packages/installed-packages.ts";
import { writeBundle } from "../../packages/package-bundle.ts";
import { archivesDir } from "../../packages/state-folders.ts";
import type { PackageManifest } from "../../runtimes/package-manifest.ts";
import { readManifests } from "../../runtimes/read-manifests.ts";
import type { CliContext } from "../context.ts";
import { installedVariables } from "../installed-variables.ts";
import { wantedPackages } from "./wanted-packages.ts";

/**
 * `crankcase packages export FOLDER [NAME[=RANGE]...]`: writes what installed packages are made of, all of them or those that
 * are named with what they are on, for `install --from FOLDER` on a machine without a network. Throws `invalid_command` unless
 * started as root on the server's machine.
 */
export async function exportPackages(
  folder: string,
  words: readonly string[],
  context: CliContext,
): Promise<number> {
  if (context.uid !== 0) {
    throw new CrankcaseError(
      "invalid_command",
      `Only root may export: sudo crankcase packages export ${folder}`,
    );
  }
  const env = { ...(await installedVariables()), ...context.env };
  const { config } = await loadConfig({ flags: {}, env, projectDir: context.projectDir });
  const installed = await readManifests(config.dataDir);
  const wanted = wantedPackages(words).map(({ name, version = "*" }) =>
    requireInstalled(installed, { name, range: version }),
  );
  const chosen = words.length === 0 ? installed : withLower(wanted, installed);
  const archives = archiveCache(archivesDir(config.stateDir), join(config.dataDir, "cache/archives"));
  await writeBundle(resolve(folder), chosen, archives);
  for (const { name, version } of chosen) context.stdout.write(`${name} ${version}\n`);
  return 0;
}

/** Packages and those whose layers lie below theirs. */
function withLower(
  wanted: readonly PackageManifest[],
  installed: readonly PackageManifest[],
): PackageManifest[] {
  const layers = new Set(wanted.flatMap((it) => it.layers));
  return installed.filter((it) => wanted.includes(it) || layers.has(`${it.name}/${it.version}`));
}
