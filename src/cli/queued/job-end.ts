import type { QueuedJob } from "../../api/queued-job.ts";
import { printable } from "../job/printable.ts";

/** How a job ended, in a few words: as its program did, or why there is nothing; empty before. Pure. */
export function endWords({ state, result, error }: QueuedJob): string {
  if (error !== undefined) return printable(error.message);
  if (state !== "done" || result === undefined) return "";
  if (result.testcases !== undefined) {
    const { verdict, cases, not_run: left } = result.testcases;
    const passed = cases.filter((it) => it.verdict === "AC").length;
    return `${verdict}, ${passed} of ${cases.length + left} cases`;
  }
  const last = result.run ?? result.compile;
  if (last === undefined) return "";
  const end = last.cause === "exited" ? `exit code ${last.exit_code}` : printable(last.message ?? last.cause);
  return result.run === undefined ? `compile: ${end}` : end;
}
