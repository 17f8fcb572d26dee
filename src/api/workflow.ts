import Type, { type Static } from "typebox";
import { ErrorBodyShape } from "./error-body.ts";
import { QueuedJobShape } from "./queued-job.ts";
import { workflowStates } from "./workflow-states.ts";

const strict = { additionalProperties: false } as const;

const orNull = <Shape extends Type.TSchema>(shape: Shape, description: string) =>
  Type.Union([shape, Type.Null()], { description });

const time = (description: string) => orNull(Type.String(), `${description}, RFC 3339 in UTC; null before.`);

/** Where a step can stand. */
export const stepStates = ["waiting", "running", "succeeded", "failed", "skipped", "cancelled"] as const;

/** Where one of a step's jobs can stand. */
export const itemStates = ["waiting", "queued", "running", "succeeded", "failed", "cancelled"] as const;

/** One of those. */
export type StepStateName = (typeof stepStates)[number];
/** One of those. */
export type ItemStateName = (typeof itemStates)[number];

/** Schema of where one of a step's jobs stands. */
export const WorkflowItemShape = Type.Object(
  {
    state: Type.Enum([...itemStates], { description: "`waiting` before its job is submitted." }),
    tries: Type.Integer({ minimum: 0, description: "Jobs that were submitted for it." }),
    job: orNull(Type.String(), "Id of the last of them, at `jobs/ID`; null before."),
    error: Type.Optional({ ...ErrorBodyShape, description: "Why there is no result, where there is none." }),
  },
  strict,
);

/** Schema of where a step stands. */
export const WorkflowStepStateShape = Type.Object(
  {
    name: Type.String({ description: "As the request has it." }),
    state: Type.Enum([...stepStates], {
      description: "`succeeded`: each of its jobs came to exit code 0, or to the verdict AC.",
    }),
    needs: Type.Array(Type.String(), {
      description:
        "Names of the steps that must be over before it, whether it says so or takes something of them.",
    }),
    for_each: Type.Boolean({ description: "Whether it runs once for each item of a list." }),
    started_at: time("When its first job was submitted"),
    finished_at: time("When it was over"),
    items: Type.Array(WorkflowItemShape, {
      description: "Its jobs: one, or one for each item of its list; empty before it begins.",
    }),
    error: Type.Optional({ ...ErrorBodyShape, description: "Why it could not begin." }),
  },
  strict,
);

/** Schema of where a workflow stands. */
export const WorkflowShape = Type.Object(
  {
    id: Type.String({ description: "The workflow's id." }),
    name: orNull(Type.String(), "As the request gave it."),
    state: Type.Enum([...workflowStates], {
      description:
        "`failed`: a step that may not fail did, and none that ran had a condition on it; or the time was over, see `error`.",
    }),
    submitted_at: Type.String({ description: "When it was accepted, RFC 3339 in UTC." }),
    deadline: Type.String({ description: "When its time is over." }),
    finished_at: time("When it was over"),
    expires_at: time("When all of it is removed"),
    callback: QueuedJobShape.properties.callback,
    error: Type.Optional({ ...ErrorBodyShape, description: "There where its time was over." }),
    steps: Type.Optional(
      Type.Array(WorkflowStepStateShape, {
        description: "In the order of the request; not in lists.",
      }),
    ),
  },
  strict,
);

/** Schema of a list of workflows. */
export const WorkflowsShape = Type.Object(
  { workflows: Type.Array(WorkflowShape, { description: "Without their steps." }) },
  strict,
);

/** Where a workflow stands. */
export type Workflow = Static<typeof WorkflowShape>;

/** Where a step stands. */
export type WorkflowStepState = Static<typeof WorkflowStepStateShape>;

/** Where one of a step's jobs stands. */
export type WorkflowItem = Static<typeof WorkflowItemShape>;
