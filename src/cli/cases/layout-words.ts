/** What stands in an input's name, and what may stand there in its answer's name, the likeliest first. */
export const ANSWER_WORDS: Readonly<Record<string, readonly string[]>> = {
  in: ["out", "ans", "a", "expected"],
  input: ["output", "answer", "expected", "out", "ans"],
  inputs: ["outputs", "answers", "expected", "output"],
};

/** Endings of answers. */
const ANSWER_ENDING = /\.(out|ans|a|expected|output|answer)$/i;

/** `in` or `input` as a word of its own, a number right behind it allowed: `.in`, `input01.txt`, `task.in.1`. */
const MARK = /(?<![a-z])(input|in)(?![a-z])/gi;

/** Where a mark counts: not in a program's name. */
const DATA_ENDING = /(^[^.]*|\.(txt|dat|(in|input)?\d*))$/i;

/** The marks of a file's name, with their places; pure. */
export function marksOf(base: string): { readonly word: string; readonly at: number }[] {
  if (!DATA_ENDING.test(base)) return [];
  return [...base.matchAll(MARK)].map(({ 0: text, index }) => ({ word: text.toLowerCase(), at: index }));
}

/** Whether a file's name is an answer's. */
export function isAnswerName(base: string): boolean {
  return ANSWER_ENDING.test(base) || /^(out|output|answer|expected)[-_. ]?\d*(\.txt)?$/i.test(base);
}

/** Whether a file's name says by itself that it is an input: `.in` or `.input` at its end, or `input` before it. */
export function isInputName(base: string): boolean {
  return /\.(in|input)$/i.test(base) || marksOf(base).some(({ word }) => word === "input");
}

/** What tells people which layouts are known. */
export const KNOWN_LAYOUTS = `  NAME.in or NAME.input, with NAME.out, .ans, .a, .expected or .output
  NAME with NAME.a (Polygon)
  input01.txt with output01.txt; in01.txt with out01.txt; task.in.1 with task.out.1
  in/NAME with out/NAME, input/ with output/, inputs/ with outputs/
  folders of these, such as data/sample and data/secret (Kattis, ICPC)
  init.yml with test_cases of in, out and points (DMOJ)`;
