import { checkFileNames, type KnownNames } from "../../submissions/file-name.ts";

/** What a checker and an interactor find in their working folders, under the names that are their arguments, as testlib's. */
export const INPUT_FILE = "input.txt";
export const OUTPUT_FILE = "output.txt";
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
