import { statSync } from "node:fs";

/** What a path leads to; whatever can be read and is no folder is a file. */
export type PathKind = "file" | "folder" | "nothing";

/** Looks. */
export function pathKind(path: string): PathKind {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return "nothing";
  }
}
