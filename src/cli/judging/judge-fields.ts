import type { JobRequest } from "../../api/job-request.ts";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import type { JudgeProgram } from "../../api/testcases-request.ts";
import { jobFiles } from "../job/job-files.ts";
import { languageOf } from "../job/language-of.ts";
import type { JudgeOptions } from "./test-options.ts";

/** The fields of a job that say how its cases are judged. Throws `invalid_command` for a program that cannot be read. */
export async function judgeFields(
  options: JudgeOptions,
  runtimes: readonly RuntimeInfo[],
): Promise<Pick<JobRequest, "comparison" | "checker" | "interactor" | "stop_at_first_failure">> {
  const { compare, epsilon, ignoreCase, checker, interactor, judgeFile, stop } = options;
  const program = async (path: string): Promise<JudgeProgram> => ({
    language: languageOf(path, runtimes, "Give the file an ending that does."),
    files: await jobFiles(path, judgeFile),
  });
  const isCompared = compare !== undefined || ignoreCase === true;
  const comparison = {
    mode: compare ?? "trimmed",
    ...(epsilon === undefined ? {} : { epsilon }),
    ...(ignoreCase === true ? { ignore_case: true } : {}),
  };
  return {
    ...(isCompared ? { comparison } : {}),
    ...(checker === undefined ? {} : { checker: await program(checker) }),
    ...(interactor === undefined ? {} : { interactor: await program(interactor) }),
    ...(stop === true ? { stop_at_first_failure: true } : {}),
  };
}
