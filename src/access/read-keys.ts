import { readFile } from "node:fs/promises";
import { invalidConfig } from "../config/setting.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { type ApiKey, KeyFileShape } from "./api-key.ts";

/**
 * Reads the file of keys; none when there is no such file. Throws `invalid_config`, with the file, for one that cannot
 * be read, is not JSON, has not its shape, or names two keys alike.
 */
export async function readKeys(file: string): Promise<ApiKey[]> {
  const text = await readText(file);
  return text === null ? [] : keysOfText(text, file);
}

/** The keys of a JSON text; `file` is what to call where it came from. Throws `invalid_config` as `readKeys` does. */
export function keysOfText(text: string, file: string): ApiKey[] {
  const content = parseJson(file, text);
  const problem = shapeCheck(KeyFileShape)(content);
  if (problem !== null) throw invalidConfig(file, problemText(problem, "the list of keys"));
  const keys = content as ApiKey[];
  const names = keys.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidConfig(file, `two keys are called ${twice}`);
  return keys;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's own words: they quote the text.
    throw invalidConfig(file, "it is not JSON");
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    const mend =
      code === "EACCES" ? " Its group must be the daemon's, its mode 0640: see chown and chmod." : "";
    throw invalidConfig(file, `the file cannot be read (${code}).${mend}`);
  }
}
