import { checkFileNames, type KnownNames } from "../../submissions/file-name.ts";

/** The case's input: what checkers and interactors find in their working folders has the names that are their arguments. */
export const INPUT_FILE = "input.txt";
/** What a checker judges. */
export const OUTPUT_FILE = "output.txt";
/** What is expected. */
export const ANSWER_FILE = "answer.txt";

/** What an interactor may write for a checker. */
export const INTERACTOR_OUTPUT_FILE = "tout.txt";

/** Names that no file of a checker's or an interactor's own may have. */
export const JUDGE_FILES: KnownNames = checkFileNames([
  INPUT_FILE,
  OUTPUT_FILE,
  ANSWER_FILE,
  INTERACTOR_OUTPUT_FILE,
]);
