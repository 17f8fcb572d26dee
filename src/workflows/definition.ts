import type { Condition } from "../api/workflow-condition.ts";
import type { Reference } from "../api/workflow-reference.ts";
import type { StepJob, WorkflowRequest } from "../api/workflow-request.ts";

/** What of a workflow is bounded, as the operator says. */
export interface WorkflowBounds {
  readonly steps: number;
  /** Of one fan-out. */
  readonly items: number;
  /** Of the whole workflow, tries that are repeated left out. */
  readonly jobs: number;
  /** Of one workflow, in the queue or running. */
  readonly jobsAtOnce: number;
  /** Into one job. */
  readonly carriedBytes: number;
}

/** A step with its edges. */
export interface DefinedStep {
  readonly name: string;
  readonly job: StepJob;
  /** Null where it runs once. */
  readonly forEach: readonly unknown[] | Reference | null;
  readonly when: Condition | null;
  readonly retry: number;
  readonly mayFail: boolean;
  /** Places of the steps that must be over before it. */
  readonly awaited: readonly number[];
  /** Of those, the ones of which its condition speaks: what they came to is up to it. */
  readonly heard: ReadonlySet<number>;
}

/** A workflow that is sound. */
export interface Definition {
  readonly steps: readonly DefinedStep[];
  readonly priority: number;
}

/** A step as it was sent, which is known to have its shape. */
export type SentStep = WorkflowRequest["steps"][number];

/** Whether a `for_each` stands for what another step gives. */
export function isReference(value: unknown): value is Reference {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
