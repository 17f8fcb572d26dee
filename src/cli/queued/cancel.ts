import type { QueuedJob } from "../../api/queued-job.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { errorTable } from "../../errors/error-table.ts";
import type { CliContext } from "../context.ts";
import { OWN_FAILURE } from "../exit-codes.ts";
import { noJob } from "./jobs.ts";
import { openJobsApi, type ServerOptions } from "./open-jobs-api.ts";

/** `crankcase cancel`: takes jobs from the queue, or kills them; 1 where one was over already, 125 where one was refused. */
export async function cancel(
  ids: readonly string[],
  options: ServerOptions & { readonly json?: boolean },
  context: CliContext,
): Promise<number> {
  const api = await openJobsApi(options, context);
  const answers: QueuedJob[] = [];
  for (const id of ids) {
    try {
      const job = await api.cancel(id);
      answers.push(job);
      if (options.json !== true) context.stdout.write(`${id}  ${wordsOf(job)}\n`);
    } catch (error) {
      // The others are to be cancelled all the same.
      if (!(error instanceof CrankcaseError) || error.fault !== "caller") throw error;
      const words = `crankcase: ${id}: ${error.message}\nhint: ${errorTable[error.code].hint}\n`;
      context.stderr.write(error.code === "not_found" ? noJob(id) : words);
    }
  }
  if (options.json === true) context.stdout.write(`${JSON.stringify(answers, null, 2)}\n`);
  if (answers.length < ids.length) return OWN_FAILURE;
  return answers.every(({ state }) => state === "cancelled" || state === "running") ? 0 : 1;
}

function wordsOf({ state }: QueuedJob): string {
  if (state === "cancelled") return "cancelled";
  return state === "running" ? "is being killed" : `was over: ${state}`;
}
