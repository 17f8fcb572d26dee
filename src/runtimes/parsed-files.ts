import { readFile, stat } from "node:fs/promises";

/** Files and what they say, each read again only when it has changed. */
export interface ParsedFiles<Content> {
  /** Rejects with what reading or parsing throws; what was refused is tried again the next time. */
  read(file: string): Promise<Content>;
}

/** Nothing is read yet. `parse` gets the file's path and its text. */
export function parsedFiles<Content>(parse: (file: string, text: string) => Content): ParsedFiles<Content> {
  const known = new Map<string, { readonly state: string; readonly content: Content }>();
  return {
    async read(file) {
      // Before it is read: a change in between is seen the next time.
      const state = await stateOf(file);
      const before = known.get(file);
      if (before?.state === state) return before.content;
      const content = parse(file, await readFile(file, "utf8"));
      known.set(file, { state, content });
      return content;
    },
  };
}

/** An editor's rename gives another inode, a write another time of change. */
async function stateOf(file: string): Promise<string> {
  const { dev, ino, size, ctimeNs } = await stat(file, { bigint: true });
  return [dev, ino, size, ctimeNs].join(" ");
}
