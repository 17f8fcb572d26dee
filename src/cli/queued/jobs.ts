import { setTimeout as sleep } from "node:timers/promises";
import { isOver, type QueuedJob } from "../../api/queued-job.ts";
import type { CliContext } from "../context.ts";
import { written } from "../job/written.ts";
import { paintFor } from "../judging/paint.ts";
import { jobTable } from "./job-table.ts";
import { jobText } from "./job-text.ts";
import type { JobFilter, JobsApi } from "./jobs-api.ts";
import { openJobsApi, type ServerOptions } from "./open-jobs-api.ts";

/** Options of `crankcase jobs`. */
export interface JobsOptions extends ServerOptions, JobFilter {
  readonly watch?: boolean;
  readonly json?: boolean;
}

const WATCH_MS = 1_000;

/** Clears screen and scroll-back and goes to the top (xterm's ED and CUP). */
const CLEAR = "\u001b[2J\u001b[3J\u001b[H";

/** `crankcase jobs`: shows the caller's jobs, or those of the ids; 1 where one of them is not known. */
export async function jobs(
  ids: readonly string[],
  options: JobsOptions,
  context: CliContext,
): Promise<number> {
  const { stdout, stderr, stop } = context;
  const api = await openJobsApi(options, context);
  let shown = "";
  while (true) {
    const found = ids.length === 0 ? await api.list(options) : await api.fetch(ids);
    const text = textOf(found, ids, options, context);
    if (text !== shown) await written(stdout, clearing(options, context) + text, stop);
    shown = text;
    const isAll = ids.length > 0 && found.every(({ state }) => isOver(state));
    if (options.watch !== true || isAll) return tellMissing(ids, found, stderr);
    await sleep(WATCH_MS, undefined, { signal: stop });
  }
}

function clearing({ watch, json }: JobsOptions, { stdout }: CliContext): string {
  const isTerminal = (stdout as { readonly isTTY?: boolean }).isTTY === true;
  return watch === true && json !== true && isTerminal ? CLEAR : "";
}

function textOf(
  found: readonly QueuedJob[],
  ids: readonly string[],
  { json }: JobsOptions,
  { stdout, env }: CliContext,
): string {
  if (json === true) return `${JSON.stringify(found, null, 2)}\n`;
  const [first] = found;
  if (ids.length === 1) return first === undefined ? "" : jobText(first);
  return found.length === 0 ? "" : jobTable(found, paintFor(stdout, env));
}

function tellMissing(
  ids: readonly string[],
  found: readonly QueuedJob[],
  stderr: NodeJS.WritableStream,
): number {
  if (ids.length === 0 && found.length === 0) stderr.write("crankcase: there are no such jobs\n");
  const missing = ids.filter((id) => !found.some((job) => job.id === id));
  for (const id of missing) stderr.write(noJob(id));
  return missing.length === 0 ? 0 : 1;
}

/** What is told of an id that the server does not know. */
export function noJob(id: string): string {
  return `crankcase: there is no job ${id}\nhint: \`crankcase jobs\` lists yours; what is over is kept for a while only.\n`;
}

/** One job, with its result; null where the server does not know it. */
export async function findJob(api: JobsApi, id: string): Promise<QueuedJob | null> {
  return (await api.fetch([id]))[0] ?? null;
}
