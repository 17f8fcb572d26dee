import { basename, dirname, join } from "node:path";
import { ANSWER_WORDS, marksOf } from "./layout-words.ts";

/** What a case is called: its input's path, without what only says that it is an input; pure. */
export function caseName(input: string): string {
  const folders = dirname(input)
    .split("/")
    .filter((part) => part !== "." && !Object.hasOwn(ANSWER_WORDS, part.toLowerCase()));
  return join(...folders, bareName(basename(input)));
}

function bareName(base: string): string {
  const withoutMarks = marksOf(base).reduceRight((name, { word, at }) => {
    const before = name.slice(0, at).replace(/[-_. ]$/, "");
    return before + name.slice(at + word.length);
  }, base);
  const bare = withoutMarks.replace(/\.(txt|dat)$/i, "").replace(/^[-_. ]+|[-_. ]+$/g, "");
  return bare === "" ? base.replace(/\.[^.]*$/, "") : bare;
}
