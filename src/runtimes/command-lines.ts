import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parsedFiles } from "./parsed-files.ts";
import type { DefinitionFolders } from "./read-definitions.ts";

/** SHA-256 of a language's command lines as they are now: of every file that a jail would show of them. */
export type IdentifyCommandLines = (executioner: string) => Promise<string>;

/**
 * Tells command lines apart by their text. The operator's own lie over the built-in ones file by file, and may change at any
 * moment: each call looks, and reads what has changed. What they share lies beside the languages' folders. It rejects where
 * one cannot be read.
 */
export function identifyCommandLines(
  folders: Pick<DefinitionFolders, "executionersDir" | "definitionsDir">,
): IdentifyCommandLines {
  const { executionersDir, definitionsDir } = folders;
  const own = definitionsDir === null ? [] : [join(definitionsDir, "executioners")];
  const digests = parsedFiles((_file, text) => digestOf(text));
  const digestsIn = async (folder: string) => {
    const names = await filesIn(folder);
    const found = await Promise.all(names.map((name) => digests.read(join(folder, name))));
    return names.map((name, index) => [name, found[index]]);
  };
  return async (executioner) => {
    const places = [...own, executionersDir].flatMap((dir) => [dir, join(dir, executioner)]);
    return digestOf(JSON.stringify(await Promise.all(places.map(digestsIn))));
  };
}

/** Names of what is no folder, sorted; none where there is no such folder. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
