import { isOver } from "../../api/queued-job.ts";
import { createCaller } from "../api-call.ts";
import type { CliContext } from "../context.ts";
import { keyedAddress } from "../server-address.ts";
import { type FollowDeps, followQueued } from "./follow-queued.ts";
import { stateText } from "./job-table.ts";
import { findJob, noJob } from "./jobs.ts";
import { createJobsApi } from "./jobs-api.ts";
import type { ServerOptions } from "./open-jobs-api.ts";
import { showQueued } from "./show-queued.ts";
import { untilQuiet } from "./until-quiet.ts";

/** Options of `crankcase logs`. */
export interface LogsOptions extends ServerOptions {
  readonly follow?: boolean;
}

/** What a running job has written so far comes at once. */
const QUIET_MS = 500;

/**
 * `crankcase logs`: prints what a job's program wrote, or has written so far; 0 where there was something to look at, 1 where
 * the job waits still, or is not known. Throws what it failed of.
 */
export async function logs(id: string, options: LogsOptions, context: CliContext): Promise<number> {
  const { stderr } = context;
  const leave = new AbortController();
  const stop = AbortSignal.any([context.stop, leave.signal]);
  const address = await keyedAddress(options, context.env);
  const api = createJobsApi(createCaller(address, stop));
  const job = await findJob(api, id);
  if (job === null) stderr.write(noJob(id));
  else if (job.state === "queued" && options.follow !== true) {
    stderr.write(`crankcase: ${stateText(job)}: nothing is written yet; --follow waits for it\n`);
  } else {
    const events = followQueued(id, { api, url: address.url, stop, onLost: lostNote(stderr) });
    // What is over ends by itself, however slow the server is.
    const isWhole = options.follow === true || isOver(job.state);
    const wanted = isWhole ? events : untilQuiet(events, QUIET_MS);
    await showQueued(wanted, context);
    leave.abort();
    return 0;
  }
  return 1;
}

/** Tells that the server went away, and that it is waited for. */
export function lostNote(stderr: NodeJS.WritableStream): FollowDeps["onLost"] {
  return () => stderr.write("crankcase: the server went away; waiting for it\n");
}
