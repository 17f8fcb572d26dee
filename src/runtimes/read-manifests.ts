import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { invalidDefinition } from "./invalid-definition.ts";
import { type PackageManifest, PackageManifestShape } from "./package-manifest.ts";
import { type ParsedFiles, parsedFiles } from "./parsed-files.ts";

const check = shapeCheck(PackageManifestShape);

/** Manifests that were read before. */
export type ManifestFiles = ParsedFiles<PackageManifest>;

/** Nothing is read yet. */
export function manifestFiles(): ManifestFiles {
  return parsedFiles(parseManifest);
}

/**
 * Reads the manifest of every installed package in the data folder; none when there is no such folder. Throws
 * `invalid_definition`, with file and key, for a manifest that has not its shape or is not of its folder.
 */
export async function readManifests(
  dataDir: string,
  files: ManifestFiles = manifestFiles(),
): Promise<PackageManifest[]> {
  const packagesDir = join(dataDir, "packages");
  const manifests: PackageManifest[] = [];
  for (const name of await entriesOf(packagesDir)) {
    for (const version of await entriesOf(join(packagesDir, name))) {
      const manifest = await readManifest(packagesDir, { name, version }, files);
      if (manifest !== null) manifests.push(manifest);
    }
  }
  return manifests;
}

/** Null when there is no manifest: a package that is being built or was not finished is not installed. */
async function readManifest(
  packagesDir: string,
  folder: { readonly name: string; readonly version: string },
  files: ManifestFiles,
): Promise<PackageManifest | null> {
  const file = join(packagesDir, folder.name, folder.version, "manifest.json");
  const manifest = await files.read(file).catch(nullIfAbsent);
  if (manifest === null) return null;
  if (manifest.name !== folder.name || manifest.version !== folder.version) {
    throw invalidDefinition(file, `it is the manifest of ${manifest.name}/${manifest.version}`, "name");
  }
  return manifest;
}

/** The manifest in a file's text; throws `invalid_definition`. */
export function parseManifest(file: string, text: string): PackageManifest {
  const content = parseJson(file, text);
  const problem = check(content);
  if (problem !== null) throw invalidDefinition(file, problemText(problem, "the manifest"), problem.path);
  return content as PackageManifest;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidDefinition(file, "it is not JSON");
  }
}

function nullIfAbsent(error: unknown): null {
  if (isAbsence(error)) return null;
  throw error;
}

/** Without hidden ones: no package is named so, and the jailer keeps what it builds in a folder that only root may read. */
async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
