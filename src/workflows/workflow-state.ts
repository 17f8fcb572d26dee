import type { ErrorBody } from "../api/error-body.ts";
import type { Workflow, WorkflowStepState } from "../api/workflow.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { WorkflowRecord } from "../queue/workflow-store.ts";
import type { Progress, StepProgress } from "./progress.ts";

/** A workflow as its caller sees it, without its steps; pure. */
export function listedWorkflow(record: WorkflowRecord): Workflow {
  const { id, name, state } = record;
  return {
    ...{ id, name, state },
    submitted_at: toText(record.submittedAt),
    deadline: toText(record.deadline),
    finished_at: toTextOrNull(record.finishedAt),
    expires_at: toTextOrNull(record.expiresAt),
    ...(record.callback === null ? {} : { callback: { ...record.callback } }),
  };
}

/** The same with its steps; pure. */
export function workflowState(
  record: WorkflowRecord,
  { steps, ending }: Progress,
  errorBody: (error: CrankcaseError, id: string) => ErrorBody,
): Workflow {
  const isLate = record.state === "failed" && ending === "time_is_over";
  const late = new CrankcaseError("time_is_over", "The workflow's time was over before its steps were.");
  return {
    ...listedWorkflow(record),
    ...(isLate ? { error: errorBody(late, record.id) } : {}),
    steps: steps.map(stepState),
  };
}

function stepState({
  name,
  state,
  needs,
  isFannedOut,
  items,
  error,
  ...times
}: StepProgress): WorkflowStepState {
  return {
    name,
    state,
    needs: [...needs],
    for_each: isFannedOut,
    started_at: toTextOrNull(times.startedAt),
    finished_at: toTextOrNull(times.finishedAt),
    items: items.map((item) => ({
      ...{ state: item.state, tries: item.tries, job: item.job },
      ...(item.error === null ? {} : { error: item.error }),
    })),
    ...(error === null ? {} : { error }),
  };
}

function toText(time: number): string {
  return new Date(time).toISOString();
}

function toTextOrNull(time: number | null): string | null {
  return time === null ? null : toText(time);
}
