import type { QueuedJob } from "../../api/queued-job.ts";
import type { StageResult } from "../../api/stage-result.ts";
import { printable } from "../job/printable.ts";
import { endWords } from "./job-end.ts";
import { stateText } from "./job-table.ts";

/** Wide enough for the longest name of a row. */
const NAME_WIDTH = 11;

/** All that is known of a job but its output, a row a line; pure. */
export function jobText(job: QueuedJob): string {
  const { result, callback, error } = job;
  const rows: (readonly [string, string | null])[] = [
    ["id", job.id],
    ["state", stateText(job)],
    ["language", printable(result === undefined ? job.language : `${result.language} ${result.version}`)],
    ["priority", String(job.priority)],
    ["retry", job.retry === 0 ? null : `${job.retry}, started ${job.starts} times`],
    ["submitted", job.submitted_at],
    ["started", job.started_at],
    ["finished", job.finished_at],
    ["kept until", job.expires_at],
    ["compile", result?.compile === undefined ? null : stageText(result.compile)],
    ["run", result?.run === undefined ? null : stageText(result.run)],
    ["end", endWords(job) || null],
    ["hint", error === undefined ? null : printable(error.hint)],
    ["callback", callback === undefined ? null : callbackText(callback)],
  ];
  const told = rows.filter(([, value]) => value !== null);
  return told.map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}\n`).join("");
}

function stageText(stage: StageResult): string {
  const { wall_time_ms: wall, cpu_time_ms: cpu, memory_bytes: memory, cached } = stage;
  if (cached === true) return "done before, kept";
  return `${Math.round(wall)} ms, ${Math.round(cpu)} ms of CPU, ${(memory / 1e6).toFixed(1)} MB`;
}

function callbackText({ state, tries, message }: NonNullable<QueuedJob["callback"]>): string {
  return `${state} after ${tries} tries${message === null ? "" : `: ${printable(message)}`}`;
}
