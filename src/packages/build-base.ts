import { access, chmod, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ArchiveCache } from "./archive-cache.ts";
import { copyOutBaseFiles } from "./base-files.ts";
import { type BaseManifest, readBaseManifest } from "./base-manifest.ts";
import { debianMirrors, INDEX_FORMAT, type Mirrors, sourceLines, withOptions } from "./debian-sources.ts";
import { finishBase } from "./finish-base.ts";
import { leftoversCommand } from "./leftovers.ts";
import { mmdebstrapCommand } from "./mmdebstrap-command.ts";
import type { Architecture } from "./package-definition.ts";
import { nameAndVersion } from "./print-uris.ts";
import { type RunAs, runCommand } from "./run-command.ts";
import { sourceHint } from "./source-hint.ts";
import type { SuiteDefinition } from "./suite-definition.ts";
import { openWorkspace } from "./workspace.ts";

/** What building a base needs; this process must be root. */
export interface BuildBaseDeps {
  readonly dataDir: string;
  readonly architecture: Architecture;
  /** Null: the machine's own, and on other distributions than Debian what mmdebstrap takes by itself. */
  readonly mirrors: Mirrors | null;
  readonly archives: ArchiveCache;
  readonly signal: AbortSignal;
}

/** Where Debian's packages put the keys of the archive; mmdebstrap finds them there. */
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Builds the base of a suite aside and puts it in its place at the end: an interrupted build leaves none.
 * Rejects with `package_unavailable` (network, keyring, mirror) or `package_failed`.
 */
export async function buildBase(definition: SuiteDefinition, deps: BuildBaseDeps): Promise<BaseManifest> {
  const { suite } = definition;
  await requireKeyring();
  const bases = join(deps.dataDir, "bases");
  await using workspace = await openWorkspace(bases, null);
  await chmod(workspace.path, 0o755);
  const root = join(workspace.path, "root");
  const run = command(deps.signal);
  await run(
    mmdebstrapCommand({
      suite,
      root,
      architecture: deps.architecture,
      sources: await sources(definition, deps),
    }),
  );
  const files = await keepArchives(root, deps.archives);
  const manifest: BaseManifest = {
    format: 1,
    suite,
    architecture: deps.architecture,
    sources: await finishBase(root),
    files,
    builtAt: new Date().toISOString(),
  };
  await run(leftoversCommand(root));
  await copyOutBaseFiles(workspace.path);
  await writeFile(join(workspace.path, "manifest.json"), JSON.stringify(manifest, null, 2));
  await run(["sync", "--file-system", workspace.path]);
  return await putInPlace(workspace.path, manifest, deps.dataDir);
}

/** Another process may have made the same one meanwhile: that is as good. */
async function putInPlace(made: string, manifest: BaseManifest, dataDir: string): Promise<BaseManifest> {
  try {
    await rename(made, join(dataDir, "bases", manifest.suite));
    return manifest;
  } catch (error) {
    const other = await readBaseManifest(dataDir, manifest.suite);
    if (other === null) throw error;
    return other;
  }
}

async function requireKeyring(): Promise<void> {
  await access(KEYRING).catch(() => {
    throw new CrankcaseError(
      "package_unavailable",
      `${KEYRING} is missing: without Debian's keys nothing can be trusted (apt-get install debian-archive-keyring)`,
    );
  });
}

async function sources(suite: SuiteDefinition, { mirrors, signal }: BuildBaseDeps): Promise<string[]> {
  const known = mirrors ?? (await hostMirrors(signal));
  return known === null ? [] : sourceLines(suite, known).map((line) => withOptions(line, suite));
}

async function hostMirrors(signal: AbortSignal): Promise<Mirrors | null> {
  const run = command(signal);
  return debianMirrors(
    await run(["apt-get", "indextargets", "--format", INDEX_FORMAT, "Identifier: Packages"]),
  );
}

function command(signal: AbortSignal): (argv: string[]) => Promise<string> {
  const runAs: RunAs = null;
  return (argv) => runCommand(argv, { runAs, signal, failure: "package_unavailable", hint: sourceHint });
}

/** mmdebstrap leaves the archives where apt put them: our copies, and the base's list of what it is made of. */
async function keepArchives(root: string, archives: ArchiveCache): Promise<BaseManifest["files"]> {
  const folder = join(root, "var/cache/apt/archives");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".deb")).sort();
  const kept: BaseManifest["files"] = [];
  for (const file of files) {
    const { size, sha256 } = await archives.keep(join(folder, file));
    kept.push({ name: file, version: nameAndVersion(file).version, size, sha256 });
  }
  return kept;
}
