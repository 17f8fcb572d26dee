import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The project's folder. */
export const PROJECT_DIR = resolve(import.meta.dirname, "../..");

/** Where scripts/setup-tests put the base and the packages. */
export const DATA_DIR = process.env.TEST_CRANKCASE_DATA ?? "/var/tmp/crankcase-test-data";

/** The base that every package was built on. */
export const BASE = "trixie";

/** The layer of a package, as `name/version`. Throws when scripts/setup-tests has not built it. */
export async function packageLayer(name: string): Promise<string> {
  const [version] = await readdir(join(DATA_DIR, "packages", name));
  if (version === undefined) throw new Error(`the package ${name} is not there: run scripts/setup-tests`);
  return `${name}/${version}`;
}
