import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { archiveCache } from "../../src/packages/archive-cache.ts";
import type { Ingredients } from "../../src/packages/ingredients.ts";

/** Files of an archive by path, and for a Debian package the script that runs when it is installed. */
export interface SampleArchive {
  readonly files: Readonly<Record<string, string>>;
  /** Text of a postinst after its first line. */
  readonly postinst?: string;
}

/** Version of every sample. */
export const SAMPLE_VERSION = "1.2.3";

/** A Debian package made on the spot, as gathered: `sample_1.2.3_all.deb`. */
export async function debianSample(
  dataDir: string,
  { files, postinst }: SampleArchive,
): Promise<Ingredients> {
  const tree = join(dataDir, "sample-deb");
  const control = `Package: sample\nVersion: ${SAMPLE_VERSION}\nArchitecture: all\nMaintainer: nobody\nDescription: a sample\n`;
  await writeFiles(tree, { ...files, "DEBIAN/control": control });
  if (postinst !== undefined)
    await writeFiles(tree, { "DEBIAN/postinst": `#!/bin/sh\nset -e\n${postinst}\n` });
  const file = join(dataDir, `sample_${SAMPLE_VERSION}_all.deb`);
  await execa("dpkg-deb", ["--build", "--root-owner-group", tree, file]);
  return await gathered(dataDir, file, `sample_${SAMPLE_VERSION}_all.deb`);
}

/** An npm package made on the spot, as gathered: `sample-1.2.3.tgz`. */
export async function npmSample(dataDir: string, { files }: SampleArchive): Promise<Ingredients> {
  const tree = join(dataDir, "sample-npm");
  await writeFiles(join(tree, "package"), files);
  const file = join(dataDir, `sample-${SAMPLE_VERSION}.tgz`);
  await execa("tar", ["--create", "--gzip", "--file", file, "--directory", tree, "package"]);
  return await gathered(dataDir, file, `sample-${SAMPLE_VERSION}.tgz`);
}

async function gathered(dataDir: string, file: string, name: string): Promise<Ingredients> {
  const { path, size, sha256 } = await archiveCache(join(dataDir, "cache/archives")).keep(file);
  return {
    version: SAMPLE_VERSION,
    files: [{ path, entry: { name, version: SAMPLE_VERSION, size, sha256 } }],
  };
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await chmod(path, name.includes("bin/") || name === "DEBIAN/postinst" ? 0o755 : 0o644);
  }
}
