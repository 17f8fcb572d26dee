import { readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { TestJailer } from "./start-jailer.ts";
import { PROJECT_DIR, packageLayer } from "./test-data.ts";
import { type JailSetup, openTestJail, type Ran, type StageSetup } from "./test-jail.ts";

/** A program with all that its jail needs. */
export type Program = JailSetup & StageSetup;

/** What differs from the usual. */
export type ProgramOptions = Partial<Omit<Program, "argv">>;

const PROGRAMS_DIR = join(PROJECT_DIR, "test/jail/programs");

/** Runs a program in a jail of its own, and returns once the jail is gone. */
export async function runProgram(jailer: TestJailer, program: Program): Promise<Ran> {
  await using jail = await openTestJail(jailer, program);
  return await jail.run(program);
}

/** A program for the shell, with the base alone as its root. */
export function shell(script: string, options: ProgramOptions = {}): Program {
  return { ...options, argv: ["/bin/sh", "-c", script] };
}

/** A Python program. */
export async function python(
  source: string,
  options: ProgramOptions = {},
  args: readonly string[] = [],
): Promise<Program> {
  const layers = [await packageLayer("python")];
  const files = { "main.py": source, ...options.files };
  return { layers, ...options, files, argv: ["/usr/bin/python3", "main.py", ...args] };
}

/** One of the Python programs in test/jail/programs. */
export async function pythonFile(
  name: string,
  options: ProgramOptions = {},
  args: readonly string[] = [],
): Promise<Program> {
  return python(await readProgram(name), options, args);
}

/**
 * Compiles one of the C programs in test/jail/programs in a jail and runs it there: two stages, one box.
 * Throws with the compiler's words when it does not compile.
 */
export async function runC(
  jailer: TestJailer,
  name: string,
  options: ProgramOptions & { readonly flags?: readonly string[]; readonly args?: readonly string[] } = {},
): Promise<Ran> {
  const { flags = [], args = [], ...setup } = options;
  const files = { [name]: await readProgram(name) };
  await using jail = await openTestJail(jailer, { layers: [await packageLayer("gcc")], ...setup, files });
  const compiled = await jail.run({ argv: ["/usr/bin/gcc", "-pthread", "-o", "a.out", name, ...flags] });
  if (compiled.exitCode !== 0) throw new Error(`${name} does not compile: ${compiled.stderr}`);
  return await jail.run({ ...setup, argv: ["/box/submission/a.out", ...args] });
}

/** The text of one of the programs in test/jail/programs. */
export function readProgram(name: string): Promise<string> {
  if (basename(name) !== name || extname(name) === "") throw new Error(`${name} is no program's name`);
  return readFile(join(PROGRAMS_DIR, name), "utf8");
}
