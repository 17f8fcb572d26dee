import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { PROJECT_DIR } from "../../support/test-data.ts";
import type { Mutant } from "./mutant.ts";

/** A mutant's program; on disposal it is gone. */
export interface BuiltMutant extends AsyncDisposable {
  readonly jailer: string;
}

/** Builds a mutant from a copy of the jailer's source. Throws where an edit does not fit just once, or it does not compile. */
export async function buildMutant({ edits }: Mutant): Promise<BuiltMutant> {
  await using acquired = new AsyncDisposableStack();
  const folder = await dir({ prefix: "crankcase-test", unsafeCleanup: true });
  acquired.defer(() => folder.cleanup());
  // With its objects and their times: only what is edited is compiled.
  await cp(join(PROJECT_DIR, "jailer"), folder.path, { recursive: true, preserveTimestamps: true });
  for (const { file, find, replace } of edits) {
    const path = join(folder.path, "src", file);
    const parts = (await readFile(path, "utf8")).split(find);
    if (parts.length !== 2) throw new Error(`"${find}" stands in ${file} ${parts.length - 1} times`);
    await writeFile(path, parts.join(replace));
  }
  await execa("chmod", ["755", folder.path]);
  await execa("make", ["-s", "-C", folder.path, "build/jailer"]);
  const owned = acquired.move();
  return {
    jailer: join(folder.path, "build/jailer"),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
