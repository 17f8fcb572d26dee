import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import type { Environment } from "../config/environment-settings.ts";

/** Where the operator's variables of the service stand, one NAME=value a line (docs/configuration.md). */
const FILE = "/etc/crankcase/environment";

/** Reads the variables that the installed service starts with; none where there is no such file, or it cannot be read. */
export async function installedVariables(file: string = FILE): Promise<Environment> {
  return await readFile(file, "utf8").then(parseEnv, () => ({}));
}
