import { basename, dirname, join } from "node:path";
import { ANSWER_WORDS, isAnswerName, isInputName, marksOf } from "./layout-words.ts";

/** The answer of a file if that is an input: its path; null where there is none; undefined if it is no input. Pure. */
export function answerOf(path: string, files: ReadonlySet<string>): string | null | undefined {
  const base = basename(path);
  if (isAnswerName(base)) return undefined;
  const answer = answerPaths(path).find((it) => it !== path && files.has(it));
  if (answer !== undefined) return answer;
  const isInput = isInputName(base) || markedFolder(dirname(path)) !== null;
  return isInput ? null : undefined;
}

/** Where the answer of an input could be, the likeliest first; the input itself may be among them. */
function answerPaths(path: string): string[] {
  const folders = answerFolders(dirname(path));
  return folders.flatMap((folder) => answerNames(basename(path)).map((name) => join(folder, name)));
}

/** The folder and, where one of its parts says that it is the inputs', the folders of the answers, which come first. */
function answerFolders(folder: string): string[] {
  const marked = markedFolder(folder);
  if (marked === null) return [folder];
  const { parts, at } = marked;
  const words = ANSWER_WORDS[parts[at]?.toLowerCase() ?? ""] ?? [];
  return [...words.map((word) => join(...parts.with(at, word))), folder];
}

/** The last part of a path that says that inputs are below. */
function markedFolder(folder: string): { readonly parts: string[]; readonly at: number } | null {
  const parts = folder.split("/");
  const at = parts.findLastIndex((part) => Object.hasOwn(ANSWER_WORDS, part.toLowerCase()));
  return at < 0 ? null : { parts, at };
}

/** Names by which the answer could go: with each word in place of the last mark, then of all, then its own. */
function answerNames(base: string): string[] {
  const marks = marksOf(base);
  const last = marks.at(-1);
  if (last === undefined) return base.includes(".") ? [base] : [base, `${base}.a`];
  const words = ANSWER_WORDS[last.word] ?? [];
  const lastReplaced = words.map((word) => replaced(base, last, word));
  const allReplaced = words.map((word) =>
    marks.reduceRight((name, mark) => replaced(name, mark, word), base),
  );
  return [...lastReplaced, ...allReplaced, base];
}

function replaced(
  base: string,
  { word, at }: { readonly word: string; readonly at: number },
  by: string,
): string {
  return base.slice(0, at) + by + base.slice(at + word.length);
}
