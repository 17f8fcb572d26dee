import { cpus, totalmem } from "node:os";
import { composeService } from "../config/compose-file.ts";
import { composeNotes } from "../config/compose-notes.ts";
import { resolveConfig } from "../config/config.ts";
import { environmentFile, type WrittenVariable } from "../config/environment-file.ts";
import { pistonConfigText } from "../config/piston-config-text.ts";
import { type PistonImport, pistonImport } from "../config/piston-import.ts";
import { invalidConfig } from "../config/setting.ts";
import type { CliContext } from "./context.ts";
import { createConfigFile, DEFAULT_CONFIG, readSettingsFile } from "./import-piston-files.ts";
import { importReport } from "./import-piston-report.ts";

/** Options of `crankcase import-piston`. */
export interface ImportOptions {
  /** Service of a compose file. */
  readonly service?: string;
  readonly json?: boolean;
  /** File to make; true is the default one. */
  readonly write?: string | true;
}

/**
 * `crankcase import-piston`: prints the configuration that an environment file or a compose file of Piston's comes to, or
 * writes it; what maps and what does not goes to stderr. Throws `invalid_config` and `invalid_command`.
 */
export async function importPiston(
  file: string,
  options: ImportOptions,
  context: CliContext,
): Promise<number> {
  const { variables, notes } = readVariables(await readSettingsFile(file), file, options.service);
  const found = pistonImport(variables, file);
  const result = { ...found, notes: [...notes, ...found.notes], others: countOthers(variables) };
  const yaml = pistonConfigText(result.taken, file);
  requireAccepted(yaml, file, context.projectDir);
  const target = options.write === true ? DEFAULT_CONFIG : options.write;
  if (target !== undefined) await createConfigFile(target, yaml);
  context.stderr.write(importReport(result, { file, target }));
  if (options.json) context.stdout.write(`${JSON.stringify(asJson(result, yaml), null, 2)}\n`);
  else if (target === undefined) context.stdout.write(yaml);
  return 0;
}

function readVariables(text: string, file: string, service: string | undefined) {
  if (isEnvironment(text)) {
    if (service === undefined) return { variables: environmentFile(text, file), notes: [] };
    throw invalidConfig(file, "it is an environment file: there is no --service in it");
  }
  const chosen = composeService(text, file, service);
  return { variables: chosen.variables, notes: composeNotes(chosen) };
}

/** The first line that says something tells: YAML has a colon behind its first word, or opens a brace. */
function isEnvironment(text: string): boolean {
  const first = text.split("\n").find((line) => /^\s*[^\s#]/.test(line)) ?? "";
  return !/^\s*(\{|---|["']?[\w.-]+["']?\s*:(\s|$))/.test(first);
}

function countOthers(variables: readonly WrittenVariable[]): number {
  return variables.filter(({ name }) => !name.startsWith("PISTON_")).length;
}

/** Two values may each be right and still not go together. */
function requireAccepted(yaml: string, file: string, projectDir: string): void {
  const machine = { cores: cpus().length, memoryBytes: totalmem(), projectDir };
  resolveConfig({ flags: {}, env: {}, yaml: { text: yaml, file: `what ${file} comes to` }, machine });
}

function asJson({ taken, left, notes }: PistonImport, yaml: string): object {
  return { config: yaml, taken, left, notes };
}
