import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** How the file of a definition ends. */
export const ENDING = ".yaml";

/** Paths of the definitions in a folder, by name. */
export async function definitionsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING)).sort();
  return names.map((name) => join(folder, name));
}

/** For a folder that need not be there. */
export function noneIfAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
