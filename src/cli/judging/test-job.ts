import type { JobRequest } from "../../api/job-request.ts";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import { jobOf } from "../job/job-of.ts";
import { judgeFields } from "./judge-fields.ts";
import type { TestTarget } from "./test-operands.ts";
import type { TestOptions } from "./test-options.ts";

/** A program that waits, or shares its processor, has twice its limit of CPU time, and this in milliseconds. */
const WALL_SPARE_MS = 1_000;

/** The job that a command line asks for, but for its cases. Throws `invalid_command` for a file that cannot be read. */
export async function testJob(
  { language, version, file, more }: TestTarget,
  options: TestOptions,
  runtimes: readonly RuntimeInfo[],
): Promise<JobRequest> {
  const { timeLimit, memoryLimit } = options;
  const job = await jobOf(
    { language, ...(version === undefined ? {} : { version }), file, args: [] },
    {
      ...(options.version === undefined ? {} : { version: options.version }),
      file: [...more, ...options.file],
      env: options.env,
      artifacts: [],
      ...(timeLimit === undefined ? {} : { cpuTime: timeLimit, timeout: 2 * timeLimit + WALL_SPARE_MS }),
      ...(memoryLimit === undefined ? {} : { memory: memoryLimit }),
    },
  );
  // A limit that was lowered is told afterwards.
  return { ...job, ...(await judgeFields(options, runtimes)), limit_policy: "clamp" };
}
