import type { CliContext } from "../context.ts";
import type { ServerOptions } from "../queued/open-jobs-api.ts";
import { openWorkflowsApi } from "./workflows-api.ts";

/** `crankcase workflow cancel`: ends one; 1 where it was over already. */
export async function cancelWorkflow(
  id: string,
  options: ServerOptions & { readonly json?: boolean },
  context: CliContext,
): Promise<number> {
  const { stdout, stop } = context;
  const api = await openWorkflowsApi(options, context, stop);
  const workflow = await api.cancel(id);
  const { state } = workflow;
  const wasOver = state !== "cancelled" && state !== "running";
  const words = state === "running" ? "is being cancelled" : wasOver ? `was over: ${state}` : state;
  stdout.write(options.json === true ? `${JSON.stringify(workflow, null, 2)}\n` : `${id}  ${words}\n`);
  return wasOver ? 1 : 0;
}
