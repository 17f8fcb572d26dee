import { readFileSync, statSync } from "node:fs";

/** Files and what they say, each read again only when it has changed. */
export interface ParsedFiles<Content> {
  /** Rejects with what reading or parsing throws; what was refused is tried again the next time. */
  read(file: string): Promise<Content>;
}

/**
 * Nothing is read yet. `parse` gets the file's path and its text. Small files of this disk are read without leaving the
 * thread: a server has hundreds of them at its start, and to ask another thread takes twenty times what reading one does.
 */
export function parsedFiles<Content>(parse: (file: string, text: string) => Content): ParsedFiles<Content> {
  const known = new Map<string, { readonly state: string; readonly content: Content }>();
  return {
    async read(file) {
      // Before it is read: a change in between is seen the next time.
      const state = stateOf(file);
      const before = known.get(file);
      if (before?.state === state) return before.content;
      const content = parse(file, readFileSync(file, "utf8"));
      known.set(file, { state, content });
      return content;
    },
  };
}

/** An editor's rename gives another inode, a write another time of change. */
function stateOf(file: string): string {
  const status = statSync(file, { bigint: true });
  // Whoever opened a pipe here would wait until somebody writes.
  if (!status.isFile()) throw Object.assign(new Error(`${file} is no file`), { code: "EINVAL", path: file });
  const { dev, ino, size, ctimeNs } = status;
  return [dev, ino, size, ctimeNs].join(" ");
}
