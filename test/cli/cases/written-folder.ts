import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dir } from "tmp-promise";

/** A folder with files in it. Disposal removes it. */
export interface WrittenFolder extends AsyncDisposable {
  readonly path: string;
}

/** Writes files, name to content, into a new folder. */
export async function writtenFolder(files: Readonly<Record<string, string>>): Promise<WrittenFolder> {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return { path, [Symbol.asyncDispose]: cleanup };
}
