import type { Workflow } from "../../api/workflow.ts";
import type { CliContext } from "../context.ts";
import { printable } from "../job/printable.ts";
import { written } from "../job/written.ts";
import type { ServerOptions } from "../queued/open-jobs-api.ts";
import { openWorkflowsApi, type WorkflowFilter } from "./workflows-api.ts";

/** Options of `crankcase workflow list`. */
export interface ListWorkflowsOptions extends ServerOptions, WorkflowFilter {
  readonly json?: boolean;
}

const COLUMNS = ["ID", "STATE", "SUBMITTED", "NAME"];

/** `crankcase workflow list`: shows the caller's workflows, the newest first. */
export async function listWorkflows(options: ListWorkflowsOptions, context: CliContext): Promise<number> {
  const { stdout, stderr, stop } = context;
  const api = await openWorkflowsApi(options, context, stop);
  const found = await api.list(options);
  if (options.json === true) await written(stdout, `${JSON.stringify(found, null, 2)}\n`, stop);
  else if (found.length === 0) stderr.write("crankcase: there are no such workflows\n");
  else await written(stdout, tableOf(found), stop);
  return 0;
}

function tableOf(workflows: readonly Workflow[]): string {
  const rows = workflows.map(({ id, state, submitted_at, name }) => [
    id,
    state,
    submitted_at,
    printable(name ?? ""),
  ]);
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [COLUMNS, ...rows].map((row) => `${line(row)}\n`).join("");
}
