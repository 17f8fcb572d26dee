/**
 * write-settings FILE KEY=VALUE...: sets keys of a YAML configuration, and leaves its other keys and its comments as they
 * are. The file appears whole or not at all. A value that the key does not take is refused.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseDocument } from "yaml";
import { flagSettings } from "../src/config/environment-settings.ts";
import { yamlSettings } from "../src/config/yaml-settings.ts";
import { CrankcaseError } from "../src/errors/crankcase-error.ts";

const HEADER =
  "# Crankcase's settings; docs/configuration.md lists every key. After a change run install.sh again.\n";

async function writeSettings(file: string, assignments: readonly string[]): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => HEADER);
  const document = parseDocument(before);
  for (const [path, { value }] of flagSettings(Object.fromEntries(assignments.map(pair)))) {
    document.setIn(path.split("."), value);
  }
  const text = String(document);
  yamlSettings(text, file);
  if (text === before) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text, { mode: 0o644 });
  await rename(`${file}.new`, file);
}

function pair(assignment: string): [string, string] {
  const [key = "", ...value] = assignment.split("=");
  return [key, value.join("=")];
}

try {
  const [file, ...assignments] = process.argv.slice(2);
  if (file === undefined) throw new CrankcaseError("start_failed", "usage: write-settings FILE KEY=VALUE...");
  await writeSettings(file, assignments);
} catch (error) {
  console.error(`write-settings: ${error instanceof CrankcaseError ? error.message : error}`);
  process.exitCode = 1;
}
