import { isOver, type QueuedJob } from "../../api/queued-job.ts";
import { createCaller } from "../api-call.ts";
import { createApiClient } from "../api-client.ts";
import type { CliContext } from "../context.ts";
import { OWN_FAILURE } from "../exit-codes.ts";
import { fileBytes } from "../job/job-files.ts";
import { pipedInput } from "../job/piped-input.ts";
import { paintFor } from "../judging/paint.ts";
import { requireSoundJudging } from "../judging/test-options.ts";
import { keyedAddress } from "../server-address.ts";
import { batchesOf } from "./batches-of.ts";
import { followQueued } from "./follow-queued.ts";
import { jobTable, stateText } from "./job-table.ts";
import { createJobsApi, type JobsApi } from "./jobs-api.ts";
import { lostNote } from "./logs.ts";
import { showQueued } from "./show-queued.ts";
import { requireSoundSubmission, type SubmitOptions } from "./submit-options.ts";
import { submittedJobs } from "./submitted-jobs.ts";

/** Seconds that one call waits for a job's end. */
const POLL_SECONDS = 60;

/** `crankcase submit`: leaves jobs to the server and prints their ids, or waits for their ends. Throws what the server answers. */
export async function submit(
  operands: readonly string[],
  options: SubmitOptions,
  context: CliContext,
): Promise<number> {
  requireSoundJudging(options);
  requireSoundSubmission(options);
  const { stderr, stop, env } = context;
  const address = await keyedAddress(options, env);
  const runtimes = await createApiClient(address, stop).runtimes();
  const input = await inputOf(options, context);
  const onNote = (note: string) => stderr.write(`crankcase: ${note}\n`);
  const requests = await submittedJobs({ operands, options, runtimes, input, env, onNote });
  const api = createJobsApi(createCaller(address, stop));
  if (options.each !== true) {
    const [request] = requests;
    if (request === undefined) throw new Error("a command line made no job");
    const { job, isNew } = await api.submit(request);
    if (!isNew) stderr.write(`crankcase: submitted before: ${stateText(job)}\n`);
    if (options.wait !== true) return printed([job], options, context);
    if (options.json !== true) stderr.write(`crankcase: job ${job.id}\n`);
    else return await waited(api, [job], options, context);
    const events = followQueued(job.id, { api, url: address.url, stop, onLost: lostNote(stderr) });
    return (await showQueued(events, context)) ?? OWN_FAILURE;
  }
  const accepted: QueuedJob[] = [];
  for (const batch of batchesOf(requests)) accepted.push(...(await api.submitAll(batch)));
  if (options.wait !== true) return printed(accepted, options, context);
  return await waited(api, accepted, options, context);
}

async function inputOf({ stdin, cases }: SubmitOptions, context: CliContext): Promise<Buffer> {
  if (stdin !== undefined) return await fileBytes(stdin);
  return cases.length > 0 ? Buffer.alloc(0) : await pipedInput(context);
}

/** The ids, a line each; or all as JSON. */
function printed(jobs: readonly QueuedJob[], { json, each }: SubmitOptions, { stdout }: CliContext): number {
  const value = each === true ? jobs : jobs[0];
  stdout.write(
    json === true ? `${JSON.stringify(value, null, 2)}\n` : jobs.map(({ id }) => `${id}\n`).join(""),
  );
  return 0;
}

/** Waits for all, and shows how they ended; 0 where each is done. */
async function waited(
  api: JobsApi,
  jobs: readonly QueuedJob[],
  options: SubmitOptions,
  context: CliContext,
): Promise<number> {
  const ended: QueuedJob[] = [];
  for (const { id } of jobs) {
    let job = await api.wait(id, POLL_SECONDS);
    while (!isOver(job.state)) job = await api.wait(id, POLL_SECONDS);
    ended.push(job);
  }
  if (options.json === true) printed(ended, options, context);
  else context.stdout.write(jobTable(ended, paintFor(context.stdout, context.env)));
  return ended.every(({ state }) => state === "done") ? 0 : OWN_FAILURE;
}
