import Type, { type Static } from "typebox";

/** Schema of what must come of an attacking job. */
export const ExpectationShape = Type.Object(
  {
    status: Type.Optional(
      Type.Integer({ default: 200, description: "HTTP status; above 200 the job was refused." }),
    ),
    code: Type.Optional(Type.String({ description: "Error code of a job that was refused." })),
    stage: Type.Optional(
      Type.Enum(["compile", "run"], {
        default: "run",
        description: "The last stage that ran, which the rest is about.",
      }),
    ),
    cause: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        default: ["exited"],
        description: "How it may have ended.",
      }),
    ),
    exit_code: Type.Optional(
      Type.Array(Type.Integer(), {
        minItems: 1,
        description: "Codes that it may have exited with; 0 where it exited and nothing is said.",
      }),
    ),
    stdout: Type.Optional(Type.String({ description: "The whole of stdout." })),
    stdout_matches: Type.Optional(Type.String({ description: "Regular expression of the whole of stdout." })),
    stderr_matches: Type.Optional(Type.String({ description: "Regular expression of a part of stderr." })),
    artifacts: Type.Optional(
      Type.Array(Type.String(), { description: "Names of all the files that come back." }),
    ),
    process_limit_hit: Type.Optional(
      Type.Boolean({ description: "Whether the limit of processes refused one." }),
    ),
  },
  {
    additionalProperties: false,
    description:
      "What must come back. A run that exits and of whose stdout nothing is said prints `held` and a line end.",
  },
);

/** What must come of an attacking job. */
export type Expectation = Static<typeof ExpectationShape>;
