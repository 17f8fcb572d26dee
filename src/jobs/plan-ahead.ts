import type { AheadPlan } from "../jail/ahead-plan.ts";
import type { JailFile } from "../jail/jail.ts";
import { MOST_AHEAD_FILES } from "../jail/jail-stages.ts";
import type { JobInput } from "./job-follower.ts";
import type { ResolvedJob } from "./resolve-job.ts";
import { aheadRequest } from "./stage-request.ts";

/** Where the jail has the job's own files, below `/box`. */
const OWN_FILES = "submission/";

/** Holds the arguments, which are the key's in any case. */
const ARGUMENTS = "args.args";

const NOTHING = Buffer.alloc(0);

/**
 * A job's run stage as it can be started before such jobs; null where it cannot: its language does not allow it, it has
 * variables of its own, it is talked to, or its jail is to run another stage. `files` are all that its jail is given.
 */
export function planAhead(
  job: ResolvedJob,
  files: readonly JailFile[],
  input: JobInput | undefined,
): AheadPlan | null {
  const { runtime, limits } = job;
  const { ahead } = runtime;
  if (ahead === null || !isLikeOthers(job) || input !== undefined) return null;
  const knownNames = new Set([ARGUMENTS, ...ahead.known.map((name) => OWN_FILES + name)]);
  const known = files.filter(({ name }) => knownNames.has(name));
  const later = files
    .filter(({ name }) => !knownNames.has(name))
    .map(({ name, executable = false }) => ({ name, executable, content: NOTHING }));
  if (later.length > MOST_AHEAD_FILES) return null;
  return {
    ...{
      language: runtime.language,
      build: `${runtime.build} ${runtime.runVersion}`,
      root: runtime.root,
      limits: limits.job,
    },
    ...{ request: aheadRequest(job), gate: ahead.gate, known, later },
  };
}

function isLikeOthers({ environment, artifacts }: ResolvedJob): boolean {
  return artifacts === null && Object.keys(environment).length === 0;
}
