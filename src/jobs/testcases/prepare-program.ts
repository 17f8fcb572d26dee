import type { StageResult } from "../../api/stage-result.ts";
import { compileFiles } from "../compile-stage.ts";
import type { JobClock } from "../job-clock.ts";
import type { RunCall, RunJobDeps } from "../job-context.ts";
import { openContext } from "../job-jail.ts";
import type { ResolvedJob } from "../resolve-job.ts";
import type { PreparedProgram, ProgramRole } from "./judging.ts";

/** What becomes of preparing a program. */
export interface Prepared extends PreparedProgram {
  /** How its compile stage ended; undefined where its language has none. */
  readonly compile: StageResult | undefined;
}

/** What one compile is measured by and noted under. */
export interface PrepareSetting {
  readonly role: ProgramRole;
  readonly clock: JobClock;
  readonly startName: string;
  /** Hears when it starts. */
  readonly onBegin: () => void;
}

/** Compiles a program once, in a jail of its own that is gone when this settles. Rejects like compileFiles. */
export async function prepareProgram(
  job: ResolvedJob,
  deps: RunJobDeps,
  call: RunCall,
  { role, clock, startName, onBegin }: PrepareSetting,
): Promise<Prepared> {
  if (!job.runtime.hasCompile) return { role, job, files: [], compile: undefined };
  await using held = new AsyncDisposableStack();
  const context = openContext({ job, deps, call, clock }, held, startName, onBegin);
  const { result, files } = await compileFiles(context);
  return { role, job, files, compile: result };
}
