import { accessSync, constants, statSync } from "node:fs";
import { basename, join } from "node:path";
import semver from "semver";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { yamlValue } from "../schema/yaml-value.ts";
import { definitionsIn, ENDING, noneIfAbsent } from "./definition-files.ts";
import { invalidDefinition } from "./invalid-definition.ts";
import { type DefinitionSet, joinDefinitions, type LoadedDefinition } from "./join-definitions.ts";
import { type ParsedFiles, parsedFiles } from "./parsed-files.ts";
import { type RuntimeDefinition, RuntimeDefinitionShape } from "./runtime-definition.ts";

const check = shapeCheck(RuntimeDefinitionShape);

/** Where definitions and their command lines lie. */
export interface DefinitionFolders {
  readonly runtimesDir: string;
  readonly executionersDir: string;
  /** The operator's own, with `runtimes` and `executioners` in it; it may be missing, and null stands for none. */
  readonly definitionsDir: string | null;
}

/** Definitions that were read before. */
export type DefinitionFiles = ParsedFiles<RuntimeDefinition>;

/** Nothing is read yet. */
export function definitionFiles(): DefinitionFiles {
  return parsedFiles(parseDefinition);
}

/**
 * Reads every definition. Throws `invalid_definition`, with file and key, for the first built-in one that has not its shape,
 * is not named after its language, has no executioner, or takes a name or an ending that another one has. One of the
 * operator's own is left out for that, and with it the built-in one of the same name.
 */
export async function readDefinitions(
  folders: DefinitionFolders,
  files: DefinitionFiles = definitionFiles(),
): Promise<DefinitionSet> {
  const executionersDirs = [...ownFolder(folders, "executioners"), folders.executionersDir];
  const read = async (file: string) => await readDefinition(executionersDirs, file, files);
  const builtIn = await Promise.all((await definitionsIn(folders.runtimesDir)).map(read));
  const [ownRuntimesDir] = ownFolder(folders, "runtimes");
  const ownFiles =
    ownRuntimesDir === undefined ? [] : await definitionsIn(ownRuntimesDir).catch(noneIfAbsent);
  const faults: CrankcaseError[] = [];
  const readOwn = async (file: string) =>
    await read(file).catch((thrown) => {
      faults.push(faultOf(thrown));
      return [];
    });
  const own = (await Promise.all(ownFiles.map(readOwn))).flat();
  const isHidden = ({ definition }: LoadedDefinition) =>
    ownFiles.some((file) => basename(file, ENDING) === definition.language);
  const shown = builtIn.filter((it) => !isHidden(it));
  const joined = joinDefinitions(shown, own);
  return { definitions: joined.definitions, faults: [...faults, ...joined.faults] };
}

function ownFolder({ definitionsDir }: DefinitionFolders, name: string): string[] {
  return definitionsDir === null ? [] : [join(definitionsDir, name)];
}

/** A file that goes while it is read, or may not be read, is a fault like one that says nonsense. */
function faultOf(thrown: NodeJS.ErrnoException): CrankcaseError {
  if (thrown instanceof CrankcaseError) return thrown;
  if (thrown.code === undefined) throw thrown;
  return invalidDefinition(thrown.path ?? "a definition", `it cannot be read: ${thrown.message}`);
}

async function readDefinition(
  executionersDirs: readonly string[],
  file: string,
  files: DefinitionFiles,
): Promise<LoadedDefinition> {
  const definition = await files.read(file);
  const folders = executionersDirs.map((dir) => join(dir, definition.language));
  for (const folder of folders) {
    // Whoever brings `run` says by a `compile` beside it whether there is that stage.
    if (!isExecutable(join(folder, "run"))) continue;
    const { mtimeMs, ino } = statSync(join(folder, "run"));
    const hasCompile = isExecutable(join(folder, "compile"));
    return { definition, hasCompile, runVersion: `${ino} ${mtimeMs}` };
  }
  throw invalidDefinition(file, `${folders.at(0)}/run is missing or not executable`, "language");
}

/** The definition in a file's text; throws `invalid_definition`. */
export function parseDefinition(file: string, text: string): RuntimeDefinition {
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
    return yamlValue(text);
  } catch (cause) {
    throw invalidDefinition(file, `it is not YAML: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** In this thread, as definitions are read (parsedFiles). */
function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
