import type { StageLimits } from "../jail/jail.ts";
import { WORKING_FOLDER } from "./stage-request.ts";

const MIB = 1_048_576;

/** What finding and reading a job's files may take: ours, not the job's, whose own limits may be too low for any program. */
export const SEARCH_LIMITS: StageLimits = {
  wallTimeMs: 10_000,
  cpuTimeMs: 5_000,
  memoryBytes: 128 * MIB,
  processes: 8,
  openFiles: 256,
  fileSizeBytes: MIB,
  stackBytes: 8 * MIB,
  stdoutBytes: MIB,
  stderrBytes: 4_096,
};

/** Expressions are in the language that this locale's characters are; a name that is not UTF-8 matches none. */
export const SEARCH_STAGE = {
  env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
  cwd: WORKING_FOLDER,
} as const;
