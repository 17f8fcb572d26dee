import { answerOf } from "./answer-paths.ts";
import { caseName } from "./case-name.ts";
import { isAnswerName } from "./layout-words.ts";
import { naturalOrder } from "./natural-order.ts";

/** A case's files, below the folder of cases. */
export interface PairedFiles {
  readonly name: string;
  readonly input: string;
  /** Null where there is none. */
  readonly answer: string | null;
  /** Its part of the score, where the layout tells it. */
  readonly weight?: number;
}

/** What was found in the names of files. */
export interface Pairs {
  readonly cases: readonly PairedFiles[];
  /** Answers that no input was found for. */
  readonly loneAnswers: readonly string[];
}

/** Pairs inputs and answers by the common layouts of problem archives, in natural order; pure. */
export function pairFiles(paths: readonly string[]): Pairs {
  const files = new Set(paths);
  const found = paths.flatMap((input): PairedFiles[] => {
    const answer = answerOf(input, files);
    return answer === undefined ? [] : [{ name: caseName(input), input, answer }];
  });
  // What is the answer of one is no input: in/1 and in/1.a, both below a folder of inputs.
  const answers = new Set(found.map(({ answer }) => answer));
  const cases = found.filter(({ input }) => !answers.has(input));
  const loneAnswers = paths.filter(
    (path) => isAnswerName(path.split("/").at(-1) ?? "") && !answers.has(path),
  );
  return { cases: named(cases).sort((a, b) => naturalOrder(a.name, b.name)), loneAnswers };
}

/** Cases that would have the same name are called by their whole paths. */
function named(cases: readonly PairedFiles[]): PairedFiles[] {
  const counts = Map.groupBy(cases, ({ name }) => name);
  return cases.map((it) => ((counts.get(it.name)?.length ?? 0) > 1 ? { ...it, name: it.input } : it));
}
