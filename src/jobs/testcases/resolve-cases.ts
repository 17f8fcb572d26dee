import type { JobFile } from "../../api/job-file.ts";
import type { JobRequest } from "../../api/job-request.ts";
import type { Testcase } from "../../api/testcases-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { checkFileNames, type KnownNames } from "../../submissions/file-name.ts";
import { type DiskUse, diskUse, diskUseBeside, type FileContent } from "../../submissions/submission.ts";
import { languageLimits } from "../language-limits.ts";
import { type ResolveDeps, type ResolvedJob, requireRoom } from "../resolve-job.ts";
import { resolvePart } from "../resolve-limits.ts";
import { decoded, requireShort } from "../resolve-program.ts";
import { ANSWER_FILE, INPUT_FILE } from "./judge-files.ts";
import type { ResolvedCase } from "./resolved-testcases.ts";

/** What cases are resolved over. */
export interface CaseSetting {
  readonly request: JobRequest;
  readonly job: ResolvedJob;
  /** Of the job's files. */
  readonly names: KnownNames;
  readonly deps: ResolveDeps;
  /** Who get their input and what is expected as files. */
  readonly judges: readonly (ResolvedJob | null)[];
}

/** Every case with nothing left open. The job's own files are looked at once, and not for each of them. */
export function resolveCases(wanted: readonly Testcase[], setting: CaseSetting): ResolvedCase[] {
  const { job, judges } = setting;
  const own = diskUse({ files: job.submission.files, args: [], stdin: NOTHING });
  const theirs = judges.flatMap((judge) =>
    judge === null ? [] : [{ limits: judge.limits, used: diskUse(judge.submission) }],
  );
  return wanted.map((each, index) => {
    const field = `testcases[${index}]`;
    const resolved = resolveCase(each, { ...setting, field, index });
    requireRoom(diskUseBeside(own, resolved), job.limits, field);
    for (const { limits, used } of theirs) requireRoom(withJudgeFiles(used, resolved), limits, field);
    return resolved;
  });
}

const NOTHING = Buffer.alloc(0);

function withJudgeFiles(used: DiskUse, { stdin, expected }: ResolvedCase): DiskUse {
  const files = [
    { name: INPUT_FILE, content: stdin },
    { name: ANSWER_FILE, content: expected ?? NOTHING },
  ];
  return diskUseBeside(used, { files, args: [], stdin: NOTHING });
}

interface CasePlace extends CaseSetting {
  readonly field: string;
  readonly index: number;
}

function resolveCase(wanted: Testcase, { request, job, names, deps, field, index }: CasePlace): ResolvedCase {
  const { name = String(index + 1), weight = 1, args, stdin, expected, limits } = wanted;
  if (args !== undefined) requireShort(`${field}.args`, args);
  const { maximum } = languageLimits(job.runtime, deps.limits).run;
  const range = { default: job.limits.run, maximum };
  return {
    ...{ index, name, weight },
    files: caseFiles(wanted.files ?? [], `${field}.files`, names),
    args: args ?? job.submission.args,
    stdin:
      stdin === undefined ? job.submission.stdin : decoded(stdin, wanted.stdin_encoding, `${field}.stdin`),
    expected:
      expected === undefined ? null : decoded(expected, wanted.expected_encoding, `${field}.expected`),
    limits: resolvePart(`${field}.limits`, limits, range, request.limit_policy === "clamp"),
  };
}

function caseFiles(files: readonly JobFile[], field: string, beside: KnownNames): FileContent[] {
  const names = files.map(({ name }, index) => {
    if (name !== undefined) return name;
    const missing = `${field}[${index}].name`;
    throw new CrankcaseError("invalid_request", `${missing} is required`, { field: missing });
  });
  checkFileNames(names, { field, beside });
  return files.map(({ content, encoding }, index) => ({
    name: names[index] ?? "",
    content: decoded(content, encoding, `${field}[${index}].content`),
  }));
}
