import { stripVTControlCharacters } from "node:util";
import type { Workflow } from "../../api/workflow.ts";
import type { Paint } from "../judging/paint.ts";
import { plainLine, stepLines } from "./workflow-lines.ts";

/** Shows a workflow as it goes on. Disposal leaves what was shown last. */
export interface WorkflowView extends Disposable {
  show(workflow: Workflow): void;
}

/** What of a stream of ours a view takes. */
type Terminal = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
};

/** Between two looks at the clock, in milliseconds: running times are shown to a tenth of a second. */
const REDRAW_MS = 200;

/** To a line's start so many lines up, and the rest of a line cleared (xterm's CPL and EL). */
const CLEAR_LINE = "\u001b[K";

/** A tree that is drawn again in its place on a terminal, a line for each change of a step elsewhere. */
export function workflowView(stream: NodeJS.WritableStream, paint: Paint): WorkflowView {
  return (stream as Terminal).isTTY === true ? liveTree(stream as Terminal, paint) : plainLines(stream);
}

function liveTree(stream: Terminal, paint: Paint): WorkflowView {
  let latest: Workflow | null = null;
  let drawn = 0;
  const draw = () => {
    if (latest === null) return;
    const lines = fitting(stepLines(latest, paint, Date.now()), latest, stream.rows ?? 24);
    const up = drawn === 0 ? "" : `\u001b[${drawn}F`;
    stream.write(up + lines.map((line) => `${cut(line, stream.columns ?? 80)}${CLEAR_LINE}\n`).join(""));
    drawn = lines.length;
  };
  const timer = setInterval(draw, REDRAW_MS).unref();
  return {
    show(workflow) {
      const isFirst = latest === null;
      latest = workflow;
      if (isFirst) draw();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      draw();
    },
  };
}

/** What goes on or failed stays to be seen where there are more steps than rows; as many lines each time. */
function fitting(lines: readonly string[], { steps = [] }: Workflow, rows: number): string[] {
  const room = Math.max(1, rows - 2);
  if (lines.length <= room) return [...lines];
  const isTelling = (index: number) => ["running", "failed"].includes(steps[index]?.state ?? "");
  const order = [...lines.keys()].sort(
    (one, other) => Number(isTelling(other)) - Number(isTelling(one)) || one - other,
  );
  const chosen = new Set(order.slice(0, room - 1));
  const shown = lines.filter((_line, index) => chosen.has(index));
  return [...shown, `and ${lines.length - shown.length} more steps`];
}

/** A line that a terminal would break moves all that comes after it. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : plain.slice(0, Math.max(0, columns - 1));
}

function plainLines(stream: NodeJS.WritableStream): WorkflowView {
  const told = new Map<string, string>();
  return {
    show({ steps = [] }) {
      for (const step of steps) {
        if (step.state === "waiting" || told.get(step.name) === step.state) continue;
        told.set(step.name, step.state);
        stream.write(`${plainLine(step, Date.now())}\n`);
      }
    },
    [Symbol.dispose]: () => undefined,
  };
}
