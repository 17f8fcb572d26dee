import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Folders whose content is nobody's source text. */
const SKIPPED = new Set([".git", "node_modules", "build", "test-results"]);

/** Every file of the project as a path relative to `root`, sorted, without what is built or installed. */
export async function projectFiles(root: string, folder = ""): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) {
      found.push(...(await projectFiles(root, path)));
    } else if (entry.isFile()) {
      found.push(path);
    }
  }
  return found.sort();
}
