import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { AptClient } from "./apt-client.ts";
import type { Archive } from "./archive.ts";
import type { ArchiveCache, Digest } from "./archive-cache.ts";
import type { Ingredient } from "./ingredients.ts";
import { upstreamVersion } from "./upstream-version.ts";
import type { Workspace } from "./workspace.ts";

/** How often a download is looked at. */
const LOOK_MS = 200;

/** What gathering archives needs. */
export interface AptIngredientsDeps {
  readonly apt: AptClient;
  readonly archives: ArchiveCache;
  /** The base's dpkg status file. */
  readonly dpkgStatus: string;
  /** Told how many bytes of what is to be fetched are there. */
  onFetched(doneBytes: number, totalBytes: number): void;
  /** Makes a private folder that apt's user can write to. */
  openFolder(): Promise<Workspace>;
}

/** Debian packages to have, and the one of them whose version is the language's. */
export interface WantedArchives {
  readonly packages: readonly string[];
  readonly versionOf: string | undefined;
}

/** What the suite has; the version is null where no package tells it. */
export interface AptIngredients {
  readonly version: string | null;
  readonly files: readonly Ingredient[];
}

/**
 * The archives that a package needs besides its base: those of our own that still have their digest, and the others fetched.
 * Rejects with `package_unavailable` or `archive_refused`.
 */
export async function aptIngredients(
  wanted: WantedArchives,
  deps: AptIngredientsDeps,
): Promise<AptIngredients> {
  const archives = await deps.apt.resolve(wanted.packages);
  const { versionOf } = wanted;
  const version =
    versionOf === undefined ? null : await languageVersion(versionOf, archives, deps.dpkgStatus);
  await fetchMissing(archives, deps);
  const files: Ingredient[] = [];
  for (const archive of archives) files.push(await ingredient(archive, deps.archives));
  return { version, files };
}

async function fetchMissing(wanted: readonly Archive[], deps: AptIngredientsDeps): Promise<void> {
  const { apt, archives } = deps;
  const missing: Archive[] = [];
  for (const archive of wanted) if ((await archives.find(digestOf(archive))) === null) missing.push(archive);
  if (missing.length === 0) return;
  await using folder = await deps.openFolder();
  await using _watch = watchFetching(folder.path, missing, deps.onFetched);
  await apt.fetch(missing, folder.path);
  for (const archive of missing) await archives.admit(join(folder.path, archive.file), digestOf(archive));
}

/** apt says nothing of its progress that a program could read: what lies in the folder is counted. */
function watchFetching(
  folder: string,
  wanted: readonly Archive[],
  onFetched: AptIngredientsDeps["onFetched"],
): AsyncDisposable {
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  const look = async () => {
    const names = await readdir(folder);
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(folder, name)).then(
          (it) => it.size,
          () => 0,
        ),
      ),
    );
    onFetched(
      sizes.reduce((sum, size) => sum + size, 0),
      total,
    );
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, LOOK_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
      onFetched(total, total);
    },
  };
}

async function ingredient(archive: Archive, archives: ArchiveCache): Promise<Ingredient> {
  const copy = await archives.find(digestOf(archive));
  if (copy === null || copy.size !== archive.size) {
    throw new CrankcaseError("archive_refused", `${archive.file} is not what the signed index says`);
  }
  const { file: name, version } = archive;
  return { path: copy.path, entry: { name, version, size: copy.size, sha256: copy.sha256 } };
}

/** From what is going to be installed; where the base has it already, from the base's dpkg. */
async function languageVersion(
  name: string,
  wanted: readonly Archive[],
  dpkgStatus: string,
): Promise<string> {
  const status = () => readFile(dpkgStatus, "utf8");
  const found =
    wanted.find((archive) => archive.name === name)?.version ?? installedVersion(name, await status());
  const version = found === null ? null : upstreamVersion(found);
  if (version !== null) return version;
  throw new CrankcaseError(
    "package_unavailable",
    `${name}, whose version is the language's, is not installed with it`,
  );
}

/** The version of a package in dpkg's status file (deb-control(5) paragraphs), or null. */
function installedVersion(name: string, status: string): string | null {
  const paragraphs = status.split("\n\n").map((paragraph) => paragraph.split("\n"));
  const found = paragraphs.find((lines) => lines.includes(`Package: ${name}`));
  return found?.find((line) => line.startsWith("Version: "))?.slice("Version: ".length) ?? null;
}

function digestOf({ sha256 }: Archive): Digest {
  return { algorithm: "sha256", hex: sha256 };
}
