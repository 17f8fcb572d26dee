import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { PROJECT_DIR } from "../support/test-data.ts";

const JAILER = join(PROJECT_DIR, "jailer");

/** A jailer's program in a folder of its own; disposal removes it. */
export interface BuiltJailer extends AsyncDisposable {
  readonly executable: string;
}

/**
 * Builds a jailer that gives up one power more than ours does: the table of capabilities.c without that row, linked with
 * the rest as `make` left it. Throws where the row is not there.
 */
export async function buildJailerWithout(capability: string): Promise<BuiltJailer> {
  const { path, cleanup } = await dir({ prefix: "crankcase-without", unsafeCleanup: true });
  const text = await readFile(join(JAILER, "src/capabilities.c"), "utf8");
  const changed = text.replace(new RegExp(`^ +\\{CAP_${capability},.*\\n`, "m"), "");
  if (changed === text) throw new Error(`capabilities.c has no row of CAP_${capability}`);
  const source = join(path, "capabilities.c");
  await writeFile(source, changed);
  const objects = (await readdir(join(JAILER, "build"))).filter(
    (name) => name.endsWith(".o") && name !== "capabilities.o",
  );
  const executable = join(path, "jailer");
  const own = ["-std=gnu17", "-D_GNU_SOURCE", "-fPIE", "-I", join(JAILER, "src"), source];
  const others = objects.map((name) => join(JAILER, "build", name));
  await execa("cc", [...own, ...others, "-pie", "-o", executable, "-lseccomp"]);
  return { executable, [Symbol.asyncDispose]: cleanup };
}
