import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** Schema of where a job's end is told. */
export const CallbackShape = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 2_048,
      description: "An http or https URL on the public network; redirects are not followed.",
    }),
    secret: Type.String({
      minLength: 16,
      maxLength: 256,
      description:
        "What the delivery is signed with, as Standard Webhooks say: `whsec_` and base64, or any text, of which the bytes are taken.",
    }),
  },
  strict,
);

/** Fields of a job that nobody waits for; all but `wait` need `wait` to be false. */
export const queuingFields = {
  wait: Type.Optional(
    Type.Boolean({
      default: true,
      description:
        "Whether the answer is the job's result. If false it is 202 with the job's id at once, and the job survives restarts of the server.",
    }),
  ),
  priority: Type.Optional(
    Type.Integer({
      minimum: -100,
      maximum: 100,
      default: 0,
      description: "Of a client's waiting jobs the highest runs first; between clients turns are taken.",
    }),
  ),
  ttl: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: "Seconds for which the result is kept after the end; default and maximum are configured.",
    }),
  ),
  retry: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 10,
      default: 0,
      description:
        "How often it may be run again where a crash or a restart of the server interrupted it: only for programs that may run twice.",
    }),
  ),
  idempotency_key: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description:
        "Of the caller's choice: a second request of the same client with it gets the first one's job, for as long as that is kept.",
    }),
  ),
  callback: Type.Optional({
    ...CallbackShape,
    description: "Where the job's state is sent by POST once it is over, as `GET jobs/ID` gives it.",
  }),
};

/** Where a job's end is told. */
export type Callback = Static<typeof CallbackShape>;
