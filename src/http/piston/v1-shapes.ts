import Type from "typebox";

const strict = { additionalProperties: false } as const;

/** Schema of the body of v1's execute. Unknown keys are not looked at. */
export const V1RequestShape = Type.Object({
  language: Type.String({ description: "One of v1's names." }),
  source: Type.String({ description: "The program." }),
  args: Type.Optional(Type.Array(Type.String(), { description: "Its arguments." })),
  stdin: Type.Optional(Type.String({ description: "What it reads." })),
});

/** Schema of its answer. */
export const V1AnswerShape = Type.Object(
  {
    ran: Type.Boolean({ description: "Whether the program exited with 0." }),
    language: Type.String(),
    version: Type.String(),
    stdout: Type.String({ description: "At most 65,535 characters, like the next two." }),
    stderr: Type.String(),
    output: Type.String({ description: "Both streams in the order in which they arrived." }),
  },
  strict,
);

/** Schema of one element of v1's list of versions. */
export const V1VersionShape = Type.Object(
  { name: Type.String(), aliases: Type.Array(Type.String()), version: Type.String() },
  strict,
);
