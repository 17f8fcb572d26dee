import type { QueuedJob } from "../../api/queued-job.ts";
import { printable } from "../job/printable.ts";
import type { Paint } from "../judging/paint.ts";
import { endWords } from "./job-end.ts";

const COLUMNS = ["ID", "STATE", "LANGUAGE", "SUBMITTED", "TOOK", ""];

const COLOURS: Readonly<Record<QueuedJob["state"], Parameters<Paint>[0]>> = {
  queued: "dim",
  running: "yellow",
  done: "green",
  failed: "red",
  interrupted: "red",
  cancelled: "dim",
};

/** Jobs as a table for a person, a line each; pure. */
export function jobTable(jobs: readonly QueuedJob[], paint: Paint): string {
  const rows = [COLUMNS, ...jobs.map(cellsOf)];
  const widths = COLUMNS.map((_name, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row, index) => {
    const job = jobs[index - 1];
    const cells = row.map((cell, column) => {
      const padded = cell.padEnd(widths[column] ?? 0);
      return column === 1 && job !== undefined ? paint(COLOURS[job.state], padded) : padded;
    });
    return cells.join("  ").trimEnd();
  });
  return lines.map((line) => `${line}\n`).join("");
}

function cellsOf(job: QueuedJob): string[] {
  const { id, language, version, submitted_at: submitted } = job;
  const range = version === "*" ? "" : `@${version}`;
  return [id, stateText(job), printable(`${language}${range}`), submitted, tookText(job), endWords(job)];
}

/** The state, with its place where it waits. */
export function stateText({ state, position, starts }: QueuedJob): string {
  if (state === "queued") return position === null ? "queued" : `queued, ${position}`;
  return starts > 1 ? `${state}, start ${starts}` : state;
}

/** Seconds from the last start to the end. */
function tookText({ started_at: start, finished_at: end }: QueuedJob): string {
  if (start === null || end === null) return "";
  return `${((Date.parse(end) - Date.parse(start)) / 1000).toFixed(1)} s`;
}
