import { workflowStates } from "../../api/workflow-states.ts";
import { JOB_ERRORS } from "./job-errors.ts";
import { json, type Operation, ok, one, streamed } from "./operation.ts";
import { EXAMPLE_WORKFLOW, EXAMPLE_WORKFLOW_STATE } from "./workflow-examples.ts";

const ROUTE = "/api/crankcase/v1/workflows";

const of = {
  tag: "workflows",
  needs: "run",
  errorShape: "Error",
} as const;

/** Operations about sequences of jobs. */
export const workflowOperations: readonly Operation[] = [
  {
    ...of,
    method: "POST",
    route: ROUTE,
    id: "submitWorkflow",
    summary: "Submit a sequence of jobs",
    description:
      "Steps, each a job, that take texts, files and values from one another; docs/workflows.md tells of them. Each of its jobs counts as one, the request as the first of them.",
    counts: "job",
    body: { shape: "WorkflowRequest", example: EXAMPLE_WORKFLOW },
    answers: [
      ok(
        "With `wait`: how it ended. Without: where the workflow of the same `idempotency_key` stands.",
        one("Workflow"),
        { ...EXAMPLE_WORKFLOW_STATE, state: "succeeded" },
      ),
      json(
        202,
        "The workflow is accepted, and survives a crash; with `wait` where the server stops before the end.",
        one("Workflow"),
        EXAMPLE_WORKFLOW_STATE,
      ),
    ],
    errors: [...JOB_ERRORS, "store_unavailable"],
  },
  {
    ...of,
    method: "GET",
    route: ROUTE,
    id: "listWorkflows",
    summary: "List workflows",
    description: "The caller's own, the newest first, without their steps; an admin's key sees everybody's.",
    query: {
      state: {
        description: "Only workflows that stand there.",
        schema: { type: "string", enum: [...workflowStates] },
      },
      limit: {
        description: "Workflows of the answer.",
        schema: { type: "integer", minimum: 1, maximum: 1_000, default: 50 },
      },
      before: {
        description: "Id of a workflow: only those that were accepted before it, for the next page.",
        schema: { type: "string" },
      },
    },
    answers: [ok("The workflows.", one("Workflows"), { workflows: [withoutSteps()] })],
    errors: ["invalid_request", "store_unavailable"],
  },
  {
    ...of,
    method: "GET",
    route: `${ROUTE}/:id`,
    id: "getWorkflow",
    summary: "Tell where a workflow stands, with its steps and jobs",
    query: {
      wait: {
        description: "Seconds for which the answer may wait for the workflow's end.",
        schema: { type: "integer", minimum: 0, maximum: 60, default: 0 },
      },
    },
    answers: [ok("Where it stands.", one("Workflow"), EXAMPLE_WORKFLOW_STATE)],
    errors: ["invalid_request", "not_found", "store_unavailable"],
  },
  {
    ...of,
    method: "GET",
    route: `${ROUTE}/:id/events`,
    id: "followWorkflow",
    summary: "Tell what happens to a workflow, until it is over",
    description:
      "First `state`, then `step` for each step and job that stands elsewhere than was told; at the end `state` again, and `result` with all of it.",
    answers: [streamed("What happens to it.")],
    errors: ["not_found", "store_unavailable"],
  },
  {
    ...of,
    method: "DELETE",
    route: `${ROUTE}/:id`,
    id: "cancelWorkflow",
    summary: "Cancel a workflow",
    description: "Jobs that wait are not run, jobs that run are killed; one that is over stays as it is.",
    answers: [ok("Where it stands now.", one("Workflow"), { ...EXAMPLE_WORKFLOW_STATE, state: "cancelled" })],
    errors: ["not_found", "store_unavailable"],
  },
];

function withoutSteps(): object {
  const { steps: _steps, ...rest } = EXAMPLE_WORKFLOW_STATE;
  return rest;
}
