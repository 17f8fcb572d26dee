import Type, { type Static } from "typebox";
import { ErrorBodyShape } from "./error-body.ts";
import { JobResultShape } from "./job-result.ts";
import { jobStates } from "./job-states.ts";

const strict = { additionalProperties: false } as const;

const orNull = <Shape extends Type.TSchema>(shape: Shape, description: string) =>
  Type.Union([shape, Type.Null()], { description });

const time = (description: string) => orNull(Type.String(), `${description}, RFC 3339 in UTC; null before.`);

/** Schema of where a job stands that nobody waits for. */
export const QueuedJobShape = Type.Object(
  {
    id: Type.String({ description: "The job's id." }),
    state: Type.Enum([...jobStates], {
      description:
        "`done`: `result` says how, also where the program failed. `failed`: it could not be run, see `error`. `interrupted`: the server stopped or crashed while it ran, and it has no `retry` left.",
    }),
    language: Type.String({ description: "As the request named it." }),
    version: Type.String({ description: "The range of the request." }),
    priority: Type.Integer({ description: "As the request gave it." }),
    position: orNull(
      Type.Integer({ minimum: 1 }),
      "Its place among the jobs that wait, about: 1 is next; null once it runs.",
    ),
    starts: Type.Integer({ minimum: 0, description: "How often it was started." }),
    retry: Type.Integer({ minimum: 0, description: "As the request gave it." }),
    submitted_at: Type.String({ description: "When it was accepted, RFC 3339 in UTC." }),
    started_at: time("When its last start was"),
    finished_at: time("When it was over"),
    expires_at: time("When all of it is removed"),
    callback: Type.Optional(
      Type.Object(
        {
          state: Type.Enum(["waiting", "delivered", "failed"], {
            description: "`waiting` until a delivery was accepted, or the last one failed.",
          }),
          tries: Type.Integer({ minimum: 0, description: "Deliveries that were tried." }),
          message: orNull(Type.String(), "What the last one failed of; null where none has."),
        },
        { ...strict, description: "There where a callback was asked for." },
      ),
    ),
    result: Type.Optional({ ...JobResultShape, description: "There when it is done." }),
    error: Type.Optional({
      ...ErrorBodyShape,
      description: "There when it failed, was interrupted, or was cancelled as it ran.",
    }),
  },
  strict,
);

/** Schema of several of them: the answer to a batch, and a list. */
export const QueuedJobsShape = Type.Object(
  { jobs: Type.Array(QueuedJobShape, { description: "Each as `GET jobs/ID` has it." }) },
  strict,
);

/** Where a job stands that nobody waits for. */
export type QueuedJob = Static<typeof QueuedJobShape>;

/** Whether nothing more will become of it. */
export function isOver(state: QueuedJob["state"]): boolean {
  return state !== "queued" && state !== "running";
}
