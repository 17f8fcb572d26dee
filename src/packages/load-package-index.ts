import { basename, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import semver from "semver";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { definitionsIn, ENDING, noneIfAbsent } from "../runtimes/definition-files.ts";
import { type ParsedFiles, parsedFiles } from "../runtimes/parsed-files.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { yamlValue } from "../schema/yaml-value.ts";
import { npmPackagesFor } from "./npm-ingredients.ts";
import { type PackageDefinition, PackageDefinitionShape, type PackageVersion } from "./package-definition.ts";

const check = shapeCheck(PackageDefinitionShape);

/** Where definitions of packages lie. */
export interface PackageIndexFolders {
  readonly packagesIndexDir: string;
  /** The operator's own, with `packages-index` in it; it may be missing, and null stands for none. */
  readonly definitionsDir: string | null;
}

/** A package's definition, and the folder that its own files lie in. */
export interface IndexedPackage extends PackageDefinition {
  readonly filesDir: string;
}

/** Every package that can be built. */
export interface PackageIndex {
  /** By name. */
  readonly packages: ReadonlyMap<string, IndexedPackage>;
  /** What is wrong with those of the operator's own that are left out, by name. */
  readonly faults: ReadonlyMap<string, CrankcaseError>;
}

/** Definitions that were read before. */
export type PackageFiles = ParsedFiles<PackageDefinition>;

/** Nothing is read yet. */
export function packageFiles(): PackageFiles {
  return parsedFiles(parsePackageDefinition);
}

/**
 * Reads all definitions. An own one replaces the built-in one of its name; where it cannot be read, neither is there.
 * Rejects with `invalid_definition`, the file and the reason in the message, for a built-in one.
 */
export async function loadPackageIndex(
  { packagesIndexDir, definitionsDir }: PackageIndexFolders,
  files: PackageFiles = packageFiles(),
): Promise<PackageIndex> {
  const packages = new Map<string, IndexedPackage>();
  const faults = new Map<string, CrankcaseError>();
  const read = async (file: string) => ({
    ...(await files.read(file)),
    filesDir: file.slice(0, -ENDING.length),
  });
  for (const file of await definitionsIn(packagesIndexDir)) {
    // One after the other, so that requests are answered in between.
    await setImmediate();
    const it = await read(file);
    packages.set(it.name, it);
  }
  const ownDir = definitionsDir === null ? null : join(definitionsDir, "packages-index");
  const ownFiles = ownDir === null ? [] : await definitionsIn(ownDir).catch(noneIfAbsent);
  await Promise.all(
    ownFiles.map(async (file) => {
      const name = basename(file, ENDING);
      packages.delete(name);
      await read(file).then(
        (own) => packages.set(name, own),
        (thrown) => faults.set(name, faultOf(file, thrown)),
      );
    }),
  );
  return { packages, faults };
}

/** The folder of a package's own files; it is asked for by what the index has, so that it is there. */
export function filesDirOf(name: string, packages: PackageIndex["packages"]): string {
  return packages.get(name)?.filesDir ?? "/nonexistent";
}

function faultOf(file: string, thrown: unknown): CrankcaseError {
  return thrown instanceof CrankcaseError ? thrown : refused(file, String(thrown));
}

/** The definition in a file's text; throws `invalid_definition`. */
export function parsePackageDefinition(file: string, text: string): PackageDefinition {
  const value = parseYaml(file, text);
  const problem = check(value);
  if (problem !== null) throw refused(file, problemText(problem, "it"));
  const definition = value as PackageDefinition;
  const fault = contradiction(basename(file, ".yaml"), definition);
  if (fault !== null) throw refused(file, fault);
  return definition;
}

function parseYaml(file: string, text: string): unknown {
  try {
    return yamlValue(text);
  } catch (cause) {
    throw refused(file, cause instanceof Error ? cause.message : String(cause));
  }
}

/** What a schema cannot say: parts of a definition that contradict one another. */
function contradiction(stem: string, { name, versions }: PackageDefinition): string | null {
  if (name !== stem) return `name is ${name}, the file's is ${stem}`;
  const twice = versions.find(
    ({ version }, index) => versions.findIndex((v) => v.version === version) !== index,
  );
  if (twice !== undefined) return `version ${twice.version} stands there twice`;
  return versions.map(contradictionOf).find((fault) => fault !== null) ?? null;
}

function contradictionOf({ version, architectures, source, on = {} }: PackageVersion): string | null {
  const { apt, npm, version_of: versionOf } = source;
  const missing = architectures.find((arch) => npm !== undefined && npmPackagesFor(npm, arch).length === 0);
  if (missing !== undefined) return `version ${version} names no npm package for ${missing}`;
  if (versionOf !== undefined && apt === undefined) return `version ${version} has a version_of, but no apt`;
  const unordered = Object.entries(on).find(([, range]) => semver.validRange(range) === null);
  if (unordered !== undefined)
    return `version ${version} is on ${unordered[0]} ${unordered[1]}, which is no semver range`;
  return null;
}

function refused(file: string, reason: string): CrankcaseError {
  return new CrankcaseError("invalid_definition", `${file}: ${reason}`);
}
