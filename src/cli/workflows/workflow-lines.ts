import type { Workflow, WorkflowStepState } from "../../api/workflow.ts";
import { printable } from "../job/printable.ts";
import type { Paint } from "../judging/paint.ts";

type Style = Parameters<Paint>[0];

const STYLES: Readonly<Record<WorkflowStepState["state"], Style | null>> = {
  waiting: "dim",
  running: "yellow",
  succeeded: "green",
  failed: "red",
  skipped: "dim",
  cancelled: "dim",
};

/** Widest that the names are made: longer ones push their own line. */
const MOST_NAME = 40;

/** A line for each step, those that need others further to the right; pure. `now` is in milliseconds since 1970. */
export function stepLines({ steps = [] }: Workflow, paint: Paint, now: number): string[] {
  const depths = depthsOf(steps);
  const names = steps.map(({ name }) => `${"  ".repeat(depths.get(name) ?? 0)}${name}`);
  const width = Math.min(MOST_NAME, Math.max(0, ...names.map((name) => name.length)));
  return steps.map((step, index) => {
    const cells = [jobsText(step), timeText(step, now), triesText(step)].filter((cell) => cell !== "");
    const state = step.state.padEnd("succeeded".length);
    const style = STYLES[step.state];
    const shown = style === null ? state : paint(style, state);
    return `${(names[index] ?? "").padEnd(width)}  ${[shown, ...cells].join("  ")}`.trimEnd();
  });
}

/** How a workflow ended, and where to look for why; pure. */
export function endLines({ id, state, error, steps = [], ...times }: Workflow): string[] {
  const took = times.finished_at === null ? "" : ` after ${seconds(times.submitted_at, times.finished_at)}`;
  const why = error === undefined ? [] : [printable(error.message)];
  return [`workflow ${id}: ${state}${took}`, ...why, ...steps.flatMap(failureLines)];
}

/** A step in a line for a log; pure. */
export function plainLine(step: WorkflowStepState, now: number): string {
  const cells = [step.state, jobsText(step), timeText(step, now), triesText(step)];
  return `${step.name}: ${cells.filter((cell) => cell !== "").join(", ")}`;
}

/** As often as there are steps is enough, whatever their order. */
function depthsOf(steps: readonly WorkflowStepState[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const _round of steps) {
    let isChanged = false;
    for (const { name, needs } of steps) {
      const depth = Math.max(0, ...needs.map((need) => (depths.get(need) ?? 0) + 1));
      if (depths.get(name) === depth) continue;
      depths.set(name, depth);
      isChanged = true;
    }
    if (!isChanged) break;
  }
  return depths;
}

/** How many of a fan-out are over. */
function jobsText({ for_each, items, state }: WorkflowStepState): string {
  if (!for_each || state === "waiting" || state === "skipped") return "";
  const over = items.filter((it) => it.state === "succeeded" || it.state === "failed").length;
  const failed = items.filter((it) => it.state === "failed").length;
  return `${over}/${items.length}${failed === 0 ? "" : `, ${failed} failed`}`;
}

function timeText({ started_at, finished_at }: WorkflowStepState, now: number): string {
  return started_at === null ? "" : seconds(started_at, finished_at ?? new Date(now).toISOString());
}

function triesText({ items }: WorkflowStepState): string {
  const again = items.reduce((sum, { tries }) => sum + Math.max(0, tries - 1), 0);
  return again === 0 ? "" : `${again} run again`;
}

function seconds(from: string, to: string): string {
  return `${(Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000).toFixed(1)} s`;
}

/** Failures of a step that are shown one by one. */
const MOST_FAILURES = 5;

function failureLines({ name, for_each, items, error }: WorkflowStepState): string[] {
  if (error !== undefined) return [`${name}: ${printable(error.message)}`];
  const failed = [...items.entries()].filter(([, { state }]) => state === "failed");
  const lines = failed.slice(0, MOST_FAILURES).map(([index, item]) => {
    const what = for_each ? `${name}[${index}]` : name;
    if (item.error !== undefined && item.job === null) return `${what}: ${printable(item.error.message)}`;
    const why = item.error === undefined ? "failed" : printable(item.error.message);
    return `${what}: ${why}: crankcase logs ${item.job}`;
  });
  return failed.length > MOST_FAILURES
    ? [...lines, `${name}: ${failed.length - MOST_FAILURES} more failed`]
    : lines;
}
