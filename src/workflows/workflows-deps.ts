import type { Workflow } from "../api/workflow.ts";
import type { WorkflowStateName } from "../api/workflow-states.ts";
import type { AcceptDeps } from "./new-workflow.ts";
import type { RunDeps } from "./run-deps.ts";
import type { WorkflowRoomBounds } from "./workflow-room.ts";

/** What workflows take. */
export interface WorkflowsDeps
  extends Omit<RunDeps, "changed" | "lists" | "makesJobs" | "bounds" | "now">,
    Omit<AcceptDeps, "bounds"> {
  readonly bounds: AcceptDeps["bounds"] & WorkflowRoomBounds;
  /** Between two removals of what has expired, in milliseconds. */
  readonly sweepMs: number;
}

/** A workflow that was submitted; not new where its idempotency key was used before. */
export interface SubmittedWorkflow {
  readonly workflow: Workflow;
  readonly isNew: boolean;
}

/** Which workflows somebody wants to see. */
export interface WantedWorkflows {
  readonly state: WorkflowStateName | null;
  readonly limit: number;
  /** Only those that came before this one. */
  readonly before: string | null;
}
