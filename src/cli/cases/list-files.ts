import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../../errors/crankcase-error.ts";

/** More than any archive has: who names `/` by mistake hears so soon. */
const MOST_ENTRIES = 50_000;
const DEEPEST = 8;

/**
 * The files below a folder, as paths from it; links and what begins with a dot are left out. Throws `invalid_command` for a
 * folder that cannot be read, or holds too much.
 */
export async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  const waiting = [{ path: "", depth: 0 }];
  let seen = 0;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const entries = await entriesOf(join(folder, next.path));
    seen += entries.length;
    if (seen > MOST_ENTRIES) throw invalid(`${folder} holds more than ${MOST_ENTRIES} files.`);
    for (const entry of entries.filter(({ name }) => !name.startsWith("."))) {
      const path = join(next.path, entry.name);
      if (entry.isFile()) files.push(path);
      if (entry.isDirectory() && next.depth < DEEPEST) waiting.push({ path, depth: next.depth + 1 });
    }
  }
  return files.sort();
}

async function entriesOf(folder: string) {
  return await readdir(folder, { withFileTypes: true }).catch((cause: Error) => {
    throw invalid(`${folder} cannot be read: ${cause.message}`, cause);
  });
}

function invalid(message: string, cause?: unknown): CrankcaseError {
  return new CrankcaseError("invalid_command", message, cause === undefined ? {} : { cause });
}
