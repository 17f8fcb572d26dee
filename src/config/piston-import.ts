import { CrankcaseError } from "../errors/crankcase-error.ts";
import { didYouMean } from "../schema/closest-name.ts";
import type { WrittenVariable } from "./environment-file.ts";
import { endlessNote, NEEDLESS, unsetNotes, valueNotes } from "./piston-differences.ts";
import { pistonNames, pistonSettings } from "./piston-settings.ts";
import { invalidConfig } from "./setting.ts";

/** A variable of Piston's that became settings of ours. */
export interface TakenVariable {
  readonly name: string;
  readonly line: number;
  /** Path of each key that it sets, and the value. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A variable of Piston's that became nothing. */
export interface LeftVariable {
  readonly name: string;
  readonly line: number;
  readonly reason: string;
}

/** What Piston's variables come to. */
export interface PistonImport {
  readonly taken: readonly TakenVariable[];
  readonly left: readonly LeftVariable[];
  /** Sentences about what behaves differently from Piston with these variables. */
  readonly notes: readonly string[];
}

/** Ten times as many as Piston has. */
const MOST_VARIABLES = 200;

/**
 * Translates the variables that a file sets; of two with one name the later counts. Throws `invalid_config` with file and
 * line for a value that Piston would not have understood either.
 */
export function pistonImport(variables: readonly WrittenVariable[], file: string): PistonImport {
  const pistons = variables.filter(({ name }) => name.startsWith("PISTON_"));
  const last = [...new Map(pistons.map((variable) => [variable.name, variable])).values()];
  if (last.length > MOST_VARIABLES) throw invalidConfig(file, `it sets ${last.length} PISTON_ variables`);
  const left: LeftVariable[] = [];
  const taken: TakenVariable[] = [];
  const notes: string[] = [];
  for (const variable of last) {
    const { name, line } = variable;
    const reason = reasonToLeave(variable);
    if (reason !== null) left.push({ name, line, reason });
    else {
      taken.push({ name, line, settings: settingsOf(variable, file) });
      notes.push(...endlessNote(name, variable.text ?? ""), ...valueNotes(name, variable.text ?? ""));
    }
  }
  const set = new Set(taken.map(({ name }) => name));
  return { taken, left, notes: [...notes, ...unsetNotes(set)] };
}

function reasonToLeave({ name, text, isTemplate }: WrittenVariable): string | null {
  const needless = NEEDLESS[name];
  if (needless !== undefined) return needless(text ?? "");
  if (!pistonNames.includes(name)) return `this is no variable of Piston's that is known here.${meant(name)}`;
  if (!text) return "it has no value in this file: write it there, or leave it to the default";
  return isTemplate ? `compose fills ${text} in when it starts: write the value in its place` : null;
}

/** Comparing with a name of a megabyte would take long, and nobody meant it. */
function meant(name: string): string {
  return name.length > 100 ? "" : didYouMean(name, pistonNames);
}

function settingsOf({ name, text, line }: WrittenVariable, file: string): Readonly<Record<string, unknown>> {
  try {
    const { settings } = pistonSettings({ [name]: text ?? "" });
    return Object.fromEntries([...settings].map(([path, { value }]) => [path, value]));
  } catch (error) {
    if (error instanceof CrankcaseError) throw invalidConfig(`${file}:${line}`, error.message, name);
    throw error;
  }
}
