import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { parseManifest } from "../runtimes/read-manifests.ts";
import type { ArchiveCache, Digest } from "./archive-cache.ts";
import type { Ingredients } from "./ingredients.ts";

/*
 * A bundle is a folder that holds what packages are made of, so that another machine installs the very same without a
 * network: `<name>/<version>.json`, each package's manifest with the digests of its archives, and
 * `archives/sha256-<digest>`, the archives.
 */

/** Writes packages into a bundle, which may hold others. Rejects with `package_unavailable` where an archive is gone. */
export async function writeBundle(
  folder: string,
  manifests: readonly PackageManifest[],
  archives: ArchiveCache,
): Promise<void> {
  await mkdir(join(folder, "archives"), { recursive: true });
  for (const manifest of manifests) {
    for (const { name, sha256 } of manifest.files) {
      const copy = await archives.find(digestOf(sha256));
      if (copy === null) throw gone(name, manifest);
      await copyFile(copy.path, archivePath(folder, sha256));
    }
    await mkdir(join(folder, manifest.name), { recursive: true });
    const path = join(folder, manifest.name, `${manifest.version}.json`);
    await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
  }
}

/** The manifests of a bundle's packages of one name; none where it has none. Throws `invalid_definition`. */
export async function readBundle(folder: string, name: string): Promise<PackageManifest[]> {
  const files = await readdir(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw unreadable(folder, error);
  });
  const manifests = files.filter((file) => file.endsWith(".json"));
  return await Promise.all(
    manifests.map(async (file) => {
      const path = join(folder, name, file);
      return parseManifest(path, await readFile(path, "utf8"));
    }),
  );
}

/** What a bundle's package is made of: just the archives that its manifest lists. Rejects with `archive_refused`. */
export async function bundledIngredients(
  folder: string,
  { version, files }: PackageManifest,
  archives: ArchiveCache,
): Promise<Ingredients> {
  const found: Ingredients["files"][number][] = [];
  for (const entry of files) {
    const digest = digestOf(entry.sha256);
    const copy =
      (await archives.find(digest)) ?? (await archives.admit(archivePath(folder, entry.sha256), digest));
    found.push({ path: copy.path, entry });
  }
  return { version, files: found };
}

function archivePath(folder: string, sha256: string): string {
  return join(folder, "archives", `sha256-${sha256}`);
}

function digestOf(sha256: string): Digest {
  return { algorithm: "sha256", hex: sha256 };
}

function gone(archive: string, { name, version }: PackageManifest): CrankcaseError {
  const message = `our copy of ${archive}, of which ${name} ${version} is made, is gone: upgrade ${name} first`;
  return new CrankcaseError("package_unavailable", message);
}

function unreadable(folder: string, { code }: NodeJS.ErrnoException): CrankcaseError {
  const message = `the server's user cannot read ${folder} (${code}): it must not lie in /home, /root or /tmp, and everybody must be able to read it`;
  return new CrankcaseError("package_unavailable", message);
}
