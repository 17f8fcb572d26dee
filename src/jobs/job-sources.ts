import type { JobRequest } from "../api/job-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/**
 * Names of the files that the compile stage is given: the main file, and all others that are utf8. The main file is the
 * first, or the one that `entrypoint` names. Throws `invalid_request` where that is none of the job's utf8 files.
 */
export function jobSources({ files, entrypoint }: JobRequest, names: readonly string[]): readonly string[] {
  const isText = (index: number) => (files[index]?.encoding ?? "utf8") === "utf8";
  if (entrypoint === undefined) return names.filter((_name, index) => index === 0 || isText(index));
  const main = names.indexOf(entrypoint);
  if (main < 0) throw refused("is the name of no file of the job");
  if (!isText(main)) throw refused("must name a utf8 file");
  return [entrypoint, ...names.filter((_name, index) => index !== main && isText(index))];
}

function refused(problem: string): CrankcaseError {
  return new CrankcaseError("invalid_request", `entrypoint ${problem}`, { field: "entrypoint" });
}
