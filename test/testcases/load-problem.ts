import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { JobRequest } from "../../src/api/job-request.ts";
import type { TestcasesResult } from "../../src/api/testcases-result.ts";

const PROBLEMS = join(import.meta.dirname, "problems");

interface Program {
  readonly language: string;
  readonly file: string;
  readonly limits?: object;
}

/** What stands in a problem.yaml: files by their names beside it. */
interface Definition extends Pick<JobRequest, "comparison"> {
  readonly language: string;
  readonly limits?: NonNullable<JobRequest["limits"]>["run"];
  readonly checker?: Program;
  readonly interactor?: Program;
  readonly cases: readonly { readonly in: string; readonly out?: string; readonly weight?: number }[];
  readonly solutions: Readonly<Record<string, Expected>>;
}

/** What must become of a solution: each case's verdict, and of all only where no case has one. */
export interface Expected {
  readonly verdict?: TestcasesResult["verdict"];
  readonly cases: readonly TestcasesResult["verdict"][];
  readonly score: number;
}

/** A solution, as the job that judges it. */
export interface Solution {
  readonly title: string;
  readonly request: JobRequest;
  readonly expected: Expected;
}

/** Every solution of every problem in the folder. */
export async function loadSolutions(): Promise<Solution[]> {
  const names = await readdir(PROBLEMS);
  return (await Promise.all(names.sort().map(loadProblem))).flat();
}

async function loadProblem(name: string): Promise<Solution[]> {
  const text = (file: string) => readFile(join(PROBLEMS, name, file), "utf8");
  const { solutions, ...problem }: Definition = parse(await text("problem.yaml"));
  const { language, comparison, limits } = problem;
  const program = async (wanted: Program | undefined) =>
    wanted && {
      language: wanted.language,
      files: [{ content: await text(wanted.file) }],
      ...(wanted.limits && { limits: wanted.limits }),
    };
  const [checker, interactor] = await Promise.all([program(problem.checker), program(problem.interactor)]);
  const testcases = await Promise.all(
    problem.cases.map(async ({ in: input, out, weight }) => ({
      stdin: await text(input),
      ...(out !== undefined && { expected: await text(out) }),
      ...(weight !== undefined && { weight }),
    })),
  );
  const shared = {
    ...{ language, testcases },
    ...(comparison && { comparison }),
    ...(limits && { limits: { run: limits } }),
    ...(checker && { checker }),
    ...(interactor && { interactor }),
  };
  return await Promise.all(
    Object.entries(solutions).map(async ([file, expected]) => ({
      title: `${name}/${file}`,
      request: { ...shared, files: [{ content: await text(file) }] },
      expected,
    })),
  );
}
