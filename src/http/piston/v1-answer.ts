import type { JobResult } from "../../api/job-result.ts";
import type { StageResult } from "../../api/stage-result.ts";

/** Characters of each stream that v1 answers with. */
const MOST_CHARACTERS = 65_535;

/** The answer to v1's execute, in the order of its keys. */
export interface V1Answer {
  /** Whether the program exited with 0. */
  readonly ran: boolean;
  readonly language: string;
  readonly version: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly output: string;
}

/** Tells a result as v1 does; pure. One script compiled and ran there, so that the streams of both stages are one. */
export function v1Answer({ compile, run, version }: JobResult, language: string): V1Answer {
  const stages = [compile, run].filter((stage) => stage !== undefined);
  const stream = (name: "stdout" | "stderr" | "output") => cut(stages.map((stage) => stage[name]).join(""));
  return {
    ran: hasRun(run),
    language,
    version,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    output: stream("output"),
  };
}

function hasRun(run: StageResult | undefined): boolean {
  return run?.cause === "exited" && run.exit_code === 0;
}

/** The last character is not cut in half. */
function cut(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const last = text.codePointAt(MOST_CHARACTERS - 1) ?? 0;
  return text.slice(0, last > 0xffff ? MOST_CHARACTERS - 1 : MOST_CHARACTERS);
}
