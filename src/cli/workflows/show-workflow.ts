import type { CliContext } from "../context.ts";
import { written } from "../job/written.ts";
import { paintFor } from "../judging/paint.ts";
import { type RunWorkflowOptions, told } from "./run-workflow.ts";
import { watchWorkflow } from "./watch-workflow.ts";
import { endLines, stepLines } from "./workflow-lines.ts";
import { openWorkflowsApi } from "./workflows-api.ts";

/** Options of `crankcase workflow show`. */
export interface ShowWorkflowOptions extends Pick<RunWorkflowOptions, "json" | "print" | "url" | "keyFile"> {
  readonly follow?: boolean;
}

/** `crankcase workflow show`: tells where one stands, or shows it until it is over; 0, or with --follow 1 where it did not succeed. */
export async function showWorkflow(
  id: string,
  options: ShowWorkflowOptions,
  context: CliContext,
): Promise<number> {
  const { stdout, env, stop } = context;
  const api = await openWorkflowsApi(options, context, stop);
  const workflow = await api.find(id);
  if (options.follow === true)
    return await told(await watchWorkflow(workflow, api, context), options, context);
  if (options.json === true || options.print !== undefined) {
    await told(workflow, options, context);
    return 0;
  }
  const lines = [...stepLines(workflow, paintFor(stdout, env), Date.now()), ...endLines(workflow)];
  await written(stdout, lines.map((line) => `${line}\n`).join(""), stop);
  return 0;
}
