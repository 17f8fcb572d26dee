import type { ErrorBody } from "../../api/error-body.ts";
import type { Workflow, WorkflowItem, WorkflowStepState } from "../../api/workflow.ts";

/** What a server tells of a workflow. */
export type WorkflowEvent =
  | ({ readonly event: "state" } & Omit<Workflow, "steps">)
  | ({ readonly event: "step"; readonly step: string; readonly index: number } & WorkflowItem)
  | ({ readonly event: "step" } & StepEvent)
  | ({ readonly event: "result" } & Workflow);

/** A step as a whole. */
export interface StepEvent
  extends Pick<WorkflowStepState, "state" | "for_each" | "started_at" | "finished_at"> {
  readonly step: string;
  readonly index: null;
  readonly jobs: number;
  readonly error?: ErrorBody;
}

/** A workflow as it stands after an event; pure. */
export function afterEvent(workflow: Workflow, { event, ...news }: WorkflowEvent): Workflow {
  if (event === "result") return news as Workflow;
  if (event === "state") return { ...workflow, ...(news as Omit<Workflow, "steps">) };
  const told = news as StepEvent | ({ readonly step: string; readonly index: number } & WorkflowItem);
  const steps = (workflow.steps ?? []).map((step) => {
    if (step.name !== told.step) return step;
    return told.index === null ? afterStep(step, told) : { ...step, items: withItem(step.items, told) };
  });
  return { ...workflow, steps };
}

function afterStep(step: WorkflowStepState, told: StepEvent): WorkflowStepState {
  const { state, started_at, finished_at, jobs, error } = told;
  const items = Array.from({ length: jobs }, (_, index) => step.items[index] ?? WAITING);
  return { ...step, state, started_at, finished_at, items, ...(error === undefined ? {} : { error }) };
}

const WAITING: WorkflowItem = { state: "waiting", tries: 0, job: null };

/** The first of a step's items may be told before how many there are. */
function withItem(
  items: readonly WorkflowItem[],
  { index, state, tries, job, error }: { readonly index: number } & WorkflowItem,
): WorkflowItem[] {
  const all = Array.from({ length: Math.max(items.length, index + 1) }, (_, at) => items[at] ?? WAITING);
  all[index] = { state, tries, job, ...(error === undefined ? {} : { error }) };
  return all;
}
