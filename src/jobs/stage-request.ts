import type { StageInput, StageRequest } from "../jail/jail.ts";
import type { JobInput, StageName } from "./job-follower.ts";
import type { ResolvedJob } from "./resolve-job.ts";

/** Where a jail shows the command lines of the languages (docs/jailer-protocol.md). */
const EXECUTIONERS = "/executioners";

/** Where it has the job's files; its stages work there. */
export const WORKING_FOLDER = "/box/submission";

/** Variables of every stage. */
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/tmp",
  LANG: "C.UTF-8",
};

/** `timeout` in the executioner is a second lock: it falls a second after the jailer's own. */
const SECOND_LOCK_SECONDS = 1;

/** What programs on a terminal are told of it: browsers' terminals speak xterm's language. */
const TERMINAL = { TERM: "xterm-256color" };

/** The compile stage of a job: its sources as arguments, and nothing to read. */
export function compileRequest(job: ResolvedJob, input?: JobInput): StageRequest {
  const { compilerFlags: flags } = job;
  const request = stageRequest(job, { name: "compile", args: job.sources, stdin: "none", input });
  if (flags.length === 0) return request;
  return { ...request, env: { ...request.env, CRANKCASE_COMPILER_FLAGS: flags.join("\n") } };
}

/** The run stage of a job: the main file and the arguments, reading the submission's stdin unless another input is given. */
export function runRequest(job: ResolvedJob, input?: JobInput): StageRequest {
  const [mainFile = ""] = job.sources;
  const args = [mainFile, ...job.submission.args];
  return stageRequest(job, { name: "run", args, stdin: input ?? "file", input });
}

/** The same, to be started before the job: `timeout` is there as always, and waits for no time at all. */
export function aheadRequest(job: ResolvedJob): StageRequest {
  const request = runRequest(job);
  return { ...request, env: { ...request.env, CRANKCASE_TIMEOUT_SECONDS: "0" } };
}

interface StageParts {
  readonly name: StageName;
  readonly args: readonly string[];
  readonly stdin: StageInput;
  readonly input: JobInput | undefined;
}

function stageRequest(
  { runtime, limits, environment }: ResolvedJob,
  { name, args, stdin, input }: StageParts,
): StageRequest {
  const stageLimits = limits[name];
  const timeoutSeconds = Math.ceil(stageLimits.wallTimeMs / 1000) + SECOND_LOCK_SECONDS;
  return {
    argv: [`${EXECUTIONERS}/${runtime.executioner}/${name}`, ...args],
    env: {
      ...ENVIRONMENT,
      PISTON_LANGUAGE: runtime.language,
      ...runtime.environment,
      ...(typeof input === "object" ? TERMINAL : {}),
      ...environment,
      // `timeout` would hear a terminal's Ctrl-C beside the program, and get the signals that are for the program.
      ...(input === undefined ? { CRANKCASE_TIMEOUT_SECONDS: String(timeoutSeconds) } : {}),
      CRANKCASE_MEMORY_BYTES: String(stageLimits.memoryBytes),
    },
    cwd: WORKING_FOLDER,
    limits: stageLimits,
    stdin,
  };
}
