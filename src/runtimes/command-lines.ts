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

/** How long an answer is given again: looking takes some ten file operations, on the path of every job that compiles. */
const RECENT_MS = 1_000;

/** The same, looked at once a second at most: for who looks for what is kept, and will look again before he keeps anything. */
export function recently(identify: IdentifyCommandLines): IdentifyCommandLines {
  const answers = new Map<string, { readonly atMs: number; readonly answer: Promise<string> }>();
  return (executioner) => {
    const atMs = performance.now();
    const known = answers.get(executioner);
    if (known !== undefined && atMs - known.atMs < RECENT_MS) return known.answer;
    const answer = identify(executioner);
    answers.set(executioner, { atMs, answer });
    return answer;
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
