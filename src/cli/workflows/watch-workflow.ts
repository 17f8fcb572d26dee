import type { Workflow } from "../../api/workflow.ts";
import type { CliContext } from "../context.ts";
import { paintFor } from "../judging/paint.ts";
import { lostNote } from "../queued/logs.ts";
import { followWorkflow } from "./follow-workflow.ts";
import { afterEvent } from "./workflow-event.ts";
import { workflowView } from "./workflow-view.ts";
import type { WorkflowsApi } from "./workflows-api.ts";

/** Shows a workflow on stderr until it is over, and resolves with how it ended. */
export async function watchWorkflow(
  known: Workflow,
  api: WorkflowsApi,
  { stderr, env, stop }: Pick<CliContext, "stderr" | "env" | "stop">,
): Promise<Workflow> {
  using view = workflowView(stderr, paintFor(stderr, env));
  let workflow = known;
  view.show(workflow);
  for await (const event of followWorkflow(known.id, { api, stop, onLost: lostNote(stderr) })) {
    workflow = afterEvent(workflow, event);
    view.show(workflow);
  }
  return workflow;
}
