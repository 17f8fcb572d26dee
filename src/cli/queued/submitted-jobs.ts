import type { JobRequest } from "../../api/job-request.ts";
import { languageNames } from "../../api/language-names.ts";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { caseBatches } from "../cases/case-batches.ts";
import { chosenCases } from "../cases/chosen-cases.ts";
import { jobOf } from "../job/job-of.ts";
import { namedLanguage } from "../job/language-of.ts";
import { pathKind } from "../job/path-kind.ts";
import { type RunTarget, runTarget } from "../job/run-operands.ts";
import { judgeFields } from "../judging/judge-fields.ts";
import { queuingFieldsOf, type SubmitOptions } from "./submit-options.ts";

/** What the jobs are made of. */
export interface Submission {
  readonly operands: readonly string[];
  readonly options: SubmitOptions;
  readonly runtimes: readonly RuntimeInfo[];
  /** What each program reads. */
  readonly input: Buffer;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears what is to be said of the cases. */
  readonly onNote: (note: string) => void;
}

/** More cases than a request of the usual size holds are for `crankcase test`, which sends several. */
const ROOM_BYTES = 10_000_000;

/** The jobs that a command line asks for: one, or one for each file. Throws `invalid_command`. */
export async function submittedJobs(submission: Submission): Promise<JobRequest[]> {
  const { operands, options, runtimes, input, env } = submission;
  const targets = options.each === true ? eachTarget(operands, runtimes) : [runTarget(operands, runtimes)];
  const queuing = await queuingFieldsOf(options, env);
  const judging = options.cases.length === 0 ? {} : await casesOf(submission);
  const stdin =
    input.length === 0 ? {} : { stdin: input.toString("base64"), stdin_encoding: "base64" as const };
  return await Promise.all(
    targets.map(async (target) => ({
      // Whoever fetches the result later does not know how bytes would have been written.
      ...(await jobOf(target, { ...options, json: true })),
      ...stdin,
      ...judging,
      ...queuing,
      ...(targets.length > 1 ? keyOf(queuing.idempotency_key, target.file) : {}),
    })),
  );
}

/** `[LANGUAGE[@RANGE]] FILE...`, a job for each file. */
function eachTarget(operands: readonly string[], runtimes: readonly RuntimeInfo[]): RunTarget[] {
  const named = namedLanguage(operands, languageNames(runtimes), pathKind);
  if (named === null) return operands.map((file) => runTarget([file], runtimes));
  const files = operands.slice(1);
  if (files.length === 0) throw invalid(`FILE is missing after the language ${named.language}.`);
  // Each is looked at as it would be alone.
  return files.map((file) => ({ ...runTarget([named.language, file], runtimes), ...named }));
}

/** One key for all files would make them one job. */
function keyOf(key: string | undefined, file: string): Partial<JobRequest> {
  return key === undefined ? {} : { idempotency_key: `${key} ${file}` };
}

async function casesOf({ options, runtimes, onNote }: Submission): Promise<Partial<JobRequest>> {
  const isCompared = options.checker === undefined && options.interactor === undefined;
  const { cases, notes } = await chosenCases(options.cases, options.only, isCompared);
  for (const note of notes) onNote(note);
  let testcases: JobRequest["testcases"];
  for await (const batch of caseBatches(cases, ROOM_BYTES)) {
    if (testcases !== undefined) {
      throw invalid("The cases do not fit into one request. Take fewer by --only, or `crankcase test`.");
    }
    testcases = [...batch.testcases];
  }
  return { ...(testcases === undefined ? {} : { testcases }), ...(await judgeFields(options, runtimes)) };
}

function invalid(message: string): CrankcaseError {
  return new CrankcaseError("invalid_command", message);
}
