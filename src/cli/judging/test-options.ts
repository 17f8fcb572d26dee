import type { Comparison } from "../../api/testcases-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";

/** How a program is judged, in the words of the command line. */
export interface JudgeOptions {
  /** Folders of cases, besides those among the operands. */
  readonly cases: readonly string[];
  /** Names of the cases to take. */
  readonly only: readonly string[];
  readonly compare?: Comparison["mode"];
  readonly epsilon?: number;
  readonly ignoreCase?: boolean;
  /** Path of a checker's program. */
  readonly checker?: string;
  /** Path of an interactor's program. */
  readonly interactor?: string;
  /** Files beside checker and interactor, each PATH or PATH=NAME. */
  readonly judgeFile: readonly string[];
  /** Whether nothing runs after the first failure. */
  readonly stop?: boolean;
}

/** Options of `crankcase test`, as the command line has them; times in milliseconds, memory in bytes. */
export interface TestOptions extends JudgeOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly version?: string;
  /** More files of the program, each PATH or PATH=NAME. */
  readonly file: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeLimit?: number;
  readonly memoryLimit?: number;
  readonly json?: boolean;
}

/** Throws `invalid_command` for options that exclude each other. */
export function requireSoundJudging(options: JudgeOptions): void {
  const { compare, epsilon, ignoreCase, checker, interactor, judgeFile } = options;
  const isCompared = compare !== undefined || epsilon !== undefined || ignoreCase === true;
  if (checker !== undefined && interactor !== undefined) {
    throw invalid("--checker and --interactor exclude each other.");
  }
  const program = checker === undefined ? "--interactor" : "--checker";
  const hasProgram = checker !== undefined || interactor !== undefined;
  if (isCompared && hasProgram) {
    throw invalid(
      `--compare, --epsilon and --ignore-case do not go with ${program}, which judges by itself.`,
    );
  }
  if (epsilon !== undefined && compare !== "floats") throw invalid("--epsilon wants --compare floats.");
  if (judgeFile.length > 0 && !hasProgram) throw invalid("--judge-file wants --checker or --interactor.");
}

function invalid(message: string): CrankcaseError {
  return new CrankcaseError("invalid_command", message);
}
