import { copyFile, readdir, rename } from "node:fs/promises";
import { join } from "node:path";

/**
 * What resolving packages for a base takes of it: the keys that its suite is signed with, and dpkg's list of what it holds.
 * They lie beside its root, which only root may enter.
 */
const FILES = {
  "keyring.gpg": "usr/share/keyrings/debian-archive-keyring.gpg",
  "dpkg-status": "var/lib/dpkg/status",
} as const;

/** Paths of a base's files. */
export interface BaseFiles {
  readonly keyring: string;
  readonly dpkgStatus: string;
}

/** Where they lie, below the data folder. */
export function baseFiles(dataDir: string, suite: string): BaseFiles {
  const folder = join(dataDir, "bases", suite);
  return { keyring: join(folder, "keyring.gpg"), dpkgStatus: join(folder, "dpkg-status") };
}

/** Copies them out of a base's root; run by root. */
export async function copyOutBaseFiles(folder: string): Promise<void> {
  for (const [name, source] of Object.entries(FILES)) {
    await copyFile(join(folder, "root", source), join(folder, `${name}.new`));
    await rename(join(folder, `${name}.new`), join(folder, name));
  }
}

/** Does so for every base that was built before this was done; run by root. */
export async function copyOutAllBaseFiles(dataDir: string): Promise<void> {
  const bases = join(dataDir, "bases");
  for (const suite of await readdir(bases).catch(() => [])) {
    const names = suite.startsWith(".") ? [] : await readdir(join(bases, suite));
    const isWhole = Object.keys(FILES).every((name) => names.includes(name));
    if (names.includes("manifest.json") && !isWhole) await copyOutBaseFiles(join(bases, suite));
  }
}
