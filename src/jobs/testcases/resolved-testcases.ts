import type { Comparison } from "../../api/testcases-request.ts";
import type { StageLimits } from "../../jail/jail.ts";
import type { FileContent, SubmissionContent } from "../../submissions/submission.ts";
import type { ResolvedJob } from "../resolve-job.ts";

/** One input of a job, with nothing left open. */
export interface ResolvedCase {
  /** Its place in the request. */
  readonly index: number;
  readonly name: string;
  readonly weight: number;
  /** Files beside the job's. */
  readonly files: readonly FileContent[];
  readonly args: readonly string[];
  readonly stdin: Buffer;
  /** What the program should print; null where that is not compared. */
  readonly expected: Buffer | null;
  /** Of the run stage. */
  readonly limits: StageLimits;
}

/** All inputs of a job, and how each run is judged. */
export interface ResolvedTestcases {
  readonly cases: readonly ResolvedCase[];
  readonly comparison: Comparison;
  /** The checker and the interactor as jobs of their own; null where there is none. */
  readonly checker: ResolvedJob | null;
  readonly interactor: ResolvedJob | null;
  readonly stopsAtFirstFailure: boolean;
}

/** The job that one case is: the job's program with the case's input, which is its interactor's where it has one. */
export function caseJob(
  job: ResolvedJob,
  { files, args, stdin, limits }: ResolvedCase,
  hasStdin: boolean,
): ResolvedJob {
  const submission: SubmissionContent = {
    files: files.length === 0 ? job.submission.files : [...job.submission.files, ...files],
    args,
    stdin: hasStdin ? stdin : Buffer.alloc(0),
  };
  return { ...job, submission, limits: { ...job.limits, run: limits } };
}

/** The job of a checker or an interactor over some files, whose names are its arguments. */
export function judgeJob(
  job: ResolvedJob,
  files: Readonly<Record<string, Buffer>>,
  args: readonly string[] = Object.keys(files),
): ResolvedJob {
  const added = Object.entries(files).map(([name, content]) => ({ name, content }));
  const submission = { files: [...job.submission.files, ...added], args, stdin: Buffer.alloc(0) };
  return { ...job, submission };
}
