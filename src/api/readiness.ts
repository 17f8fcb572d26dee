import Type, { type Static } from "typebox";

/** Schema of the answer of `GET /readyz`. */
export const ReadinessShape = Type.Object(
  {
    ready: Type.Boolean({ description: "Whether jobs should be sent here." }),
    reasons: Type.Array(Type.String(), {
      description: "What is in the way, as sentences; empty where it is ready.",
    }),
  },
  { additionalProperties: false },
);

/** Whether a server can run jobs now. */
export type Readiness = Static<typeof ReadinessShape>;
