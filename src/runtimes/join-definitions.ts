import type { CrankcaseError } from "../errors/crankcase-error.ts";
import { invalidDefinition } from "./invalid-definition.ts";
import type { RuntimeDefinition } from "./runtime-definition.ts";

/** A definition, and whether its language has a compile stage. */
export interface LoadedDefinition {
  readonly definition: RuntimeDefinition;
  readonly hasCompile: boolean;
  /** Another one where its executioner's `run` is another file, or was written anew. */
  readonly runVersion?: string;
}

/** All definitions together, and what is wrong with those of the operator's that are left out. */
export interface DefinitionSet {
  /** By language. */
  readonly definitions: readonly LoadedDefinition[];
  readonly faults: readonly CrankcaseError[];
}

/**
 * Joins the operator's own definitions with the built-in ones. A name or an ending that both have is the operator's: a
 * built-in language whose own name it is goes, another loses it as an alias. Throws `invalid_definition` where two
 * built-in ones share a name; of two own ones the second is a fault.
 */
export function joinDefinitions(
  builtIn: readonly LoadedDefinition[],
  own: readonly LoadedDefinition[],
): DefinitionSet {
  refuseSharedNames(builtIn);
  const owners = new Map<string, string>();
  const faults: CrankcaseError[] = [];
  const accepted: LoadedDefinition[] = [];
  for (const loaded of own) {
    const fault = sharedName(loaded.definition, owners);
    if (fault !== null) faults.push(fault);
    else accepted.push(take(loaded, owners));
  }
  const rest = builtIn
    .filter(({ definition }) => !owners.has(definition.language))
    .map((loaded) => withoutNames(loaded, owners));
  return { definitions: [...rest, ...accepted].sort(byLanguage), faults };
}

function refuseSharedNames(definitions: readonly LoadedDefinition[]): void {
  const owners = new Map<string, string>();
  for (const loaded of definitions) {
    const fault = sharedName(loaded.definition, owners);
    if (fault !== null) throw fault;
    take(loaded, owners);
  }
}

function sharedName(
  definition: RuntimeDefinition,
  owners: ReadonlyMap<string, string>,
): CrankcaseError | null {
  const name = namesOf(definition).find((it) => owners.has(it));
  if (name === undefined) return null;
  const file = `${definition.language}.yaml`;
  return invalidDefinition(file, `${name} belongs to ${owners.get(name)} already`, "aliases");
}

function take(loaded: LoadedDefinition, owners: Map<string, string>): LoadedDefinition {
  const { definition } = loaded;
  for (const name of namesOf(definition)) owners.set(name, definition.language);
  return loaded;
}

function namesOf({ language, aliases = [], file_endings: endings }: RuntimeDefinition): string[] {
  return [language, ...aliases, ...endings];
}

function withoutNames(loaded: LoadedDefinition, taken: ReadonlyMap<string, string>): LoadedDefinition {
  const { definition } = loaded;
  const isFree = (name: string) => !taken.has(name);
  const { aliases = [], file_endings: endings } = definition;
  return {
    ...loaded,
    definition: {
      ...definition,
      aliases: aliases.filter(isFree),
      file_endings: endings.filter(isFree),
    },
  };
}

function byLanguage(a: LoadedDefinition, b: LoadedDefinition): number {
  return a.definition.language < b.definition.language ? -1 : 1;
}
