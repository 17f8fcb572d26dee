import { access, constants, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import semver from "semver";
import { parse } from "yaml";
import { problemText, type ShapeCheck, shapeCheck } from "../schema/shape-check.ts";
import { invalidDefinition } from "./invalid-definition.ts";
import { type RuntimeDefinition, RuntimeDefinitionShape } from "./runtime-definition.ts";

const ENDING = ".yaml";

/** Where definitions and their command lines lie. */
export interface DefinitionFolders {
  readonly runtimesDir: string;
  readonly executionersDir: string;
}

/** A definition, and whether its language has a compile stage. */
export interface LoadedDefinition {
  readonly definition: RuntimeDefinition;
  readonly hasCompile: boolean;
}

/**
 * Reads every definition. Throws `invalid_definition`, with file and key, for the first that has not its shape, is not
 * named after its language, has no executioner, or takes a name or an ending that another one has.
 */
export async function readDefinitions(folders: DefinitionFolders): Promise<LoadedDefinition[]> {
  const names = (await readdir(folders.runtimesDir)).filter((name) => name.endsWith(ENDING)).sort();
  const check = shapeCheck(RuntimeDefinitionShape);
  const loaded = await Promise.all(names.map((name) => readDefinition(folders, name, check)));
  refuseSharedNames(loaded.map(({ definition }) => definition));
  return loaded;
}

async function readDefinition(folders: DefinitionFolders, name: string, check: ShapeCheck) {
  const file = join(folders.runtimesDir, name);
  const definition = parseDefinition(file, await readFile(file, "utf8"), check);
  const executioner = join(folders.executionersDir, definition.language);
  if (!(await isExecutable(join(executioner, "run")))) {
    throw invalidDefinition(file, `${executioner}/run is missing or not executable`, "language");
  }
  return { definition, hasCompile: await isExecutable(join(executioner, "compile")) };
}

function parseDefinition(file: string, text: string, check: ShapeCheck): RuntimeDefinition {
  const content = parseYaml(file, text);
  const problem = check(content);
  if (problem !== null) throw invalidDefinition(file, problemText(problem, "the definition"), problem.path);
  const definition = content as RuntimeDefinition;
  if (basename(file, ENDING) !== definition.language) {
    throw invalidDefinition(file, `the file must be called ${definition.language}${ENDING}`, "language");
  }
  const { versions = "*" } = definition;
  if (semver.validRange(versions) === null) {
    throw invalidDefinition(file, `versions is not a semver range: ${versions}`, "versions");
  }
  return definition;
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw invalidDefinition(file, `it is not YAML: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function refuseSharedNames(definitions: readonly RuntimeDefinition[]): void {
  const owners = new Map<string, string>();
  for (const { language, aliases = [], file_endings: endings } of definitions) {
    for (const name of [language, ...aliases, ...endings]) {
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw invalidDefinition(`${language}${ENDING}`, `${name} belongs to ${owner} already`, "aliases");
      }
      owners.set(name, language);
    }
  }
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
