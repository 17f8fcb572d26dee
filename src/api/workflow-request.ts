import Type, { type Static } from "typebox";
import { JobFileShape, MOST_ITEMS, NoNulShape } from "./job-file.ts";
import { JobRequestShape } from "./job-request.ts";
import { ConditionShape } from "./workflow-condition.ts";
import { ReferenceShape, StepNameShape, textOrReference } from "./workflow-reference.ts";

const strict = { additionalProperties: false } as const;

/** Above every bound that an operator may set: what is longer is refused unread. */
const MOST_STEPS = 1_000;
const MOST_FANNED_OUT = 10_000;

const {
  wait: _wait,
  priority,
  ttl,
  retry: _retry,
  idempotency_key,
  callback,
  ...jobFields
} = JobRequestShape.properties;

/** Schema of a step's job: one of `POST jobs`, in which texts may be taken from elsewhere. */
export const StepJobShape = Type.Object(
  {
    ...jobFields,
    files: Type.Array(
      Type.Object(
        {
          ...JobFileShape.properties,
          content: textOrReference(Type.String(), "The file, as `encoding` says; or where it is from."),
        },
        strict,
      ),
      { minItems: 1, maxItems: MOST_ITEMS, description: "As of any job; the first is the main file." },
    ),
    stdin: Type.Optional(textOrReference(Type.String(), "What the program reads.")),
    args: Type.Optional(
      Type.Array(textOrReference(NoNulShape, "One argument."), {
        maxItems: MOST_ITEMS,
        default: [],
        description: "The program's arguments.",
      }),
    ),
    environment: Type.Optional(
      Type.Record(Type.String(), textOrReference(NoNulShape, "Its value."), {
        maxProperties: 256,
        default: {},
        description: "Variables of both stages, as of any job.",
      }),
    ),
  },
  { ...strict, description: "What `POST jobs` takes, but for what says how it is queued." },
);

/** A step's job. */
export type StepJob = Static<typeof StepJobShape>;

/** Schema of one step. */
const WorkflowStepShape = Type.Object(
  {
    name: { ...StepNameShape, description: "What the others, and people, call it." },
    job: StepJobShape,
    needs: Type.Optional(
      Type.Array(StepNameShape, {
        maxItems: MOST_STEPS,
        default: [],
        description:
          "Steps that must have succeeded before; those that it takes something from are so anyway.",
      }),
    ),
    for_each: Type.Optional(
      Type.Union([Type.Array(Type.Unknown(), { maxItems: MOST_FANNED_OUT }), ReferenceShape], {
        description:
          "The job runs once for each item: of a list, or of what another step gives, as lines or as a JSON array.",
      }),
    ),
    when: Type.Optional(ConditionShape),
    retry: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10,
        default: 0,
        description: "How often a job that failed, or was interrupted, is run again.",
      }),
    ),
    may_fail: Type.Optional(
      Type.Boolean({
        default: false,
        description: "Its failure does not make the workflow fail, and keeps no step from running.",
      }),
    ),
  },
  strict,
);

/** Schema of the body of `POST /api/crankcase/v1/workflows`. Unknown fields are refused. */
export const WorkflowRequestShape = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 128, description: "For people; it need not be unique." })),
    steps: Type.Array(WorkflowStepShape, {
      minItems: 1,
      maxItems: MOST_STEPS,
      description: "In any order: what takes something from another runs after it.",
    }),
    time_limit_ms: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          "Time for the whole, in milliseconds from when it was accepted, waiting and restarts too; default and maximum are configured.",
      }),
    ),
    priority,
    ttl,
    idempotency_key,
    callback: Type.Optional({
      ...callback,
      description:
        "Where the workflow's state is sent by POST once it is over, as `GET workflows/ID` gives it.",
    }),
    wait: Type.Optional(
      Type.Boolean({
        default: false,
        description: "Whether the answer waits for the end. Who hangs up leaves the workflow running.",
      }),
    ),
  },
  strict,
);

/** A workflow as somebody asks for it. */
export type WorkflowRequest = Static<typeof WorkflowRequestShape>;
