import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Includes } from "./attack-request.ts";

/** Reads what attackers share, and the honest job beside them, from a project's attacks/include. */
export async function readIncludes(projectDir: string): Promise<Includes> {
  const folder = join(projectDir, "attacks/include");
  const names = await readdir(folder);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)),
  );
}
