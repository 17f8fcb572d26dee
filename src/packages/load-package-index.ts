import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import semver from "semver";
import { parse } from "yaml";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { npmPackagesFor } from "./npm-ingredients.ts";
import { type PackageDefinition, PackageDefinitionShape, type PackageVersion } from "./package-definition.ts";

const check = shapeCheck(PackageDefinitionShape);

/**
 * Every package that can be built, by name: the definitions `<folder>/*.yaml`.
 * Rejects with `invalid_definition`, the file and the reason in the message.
 */
export async function loadPackageIndex(folder: string): Promise<ReadonlyMap<string, PackageDefinition>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml")).sort();
  const definitions = await Promise.all(
    files.map(async (file) => parsePackageDefinition(file, await readFile(join(folder, file), "utf8"))),
  );
  return new Map(definitions.map((definition) => [definition.name, definition]));
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
    return parse(text);
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
