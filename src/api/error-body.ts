import Type, { type Static } from "typebox";

/** Schema of an error of the native API. */
export const ErrorBodyShape = Type.Object(
  {
    code: Type.String({ description: "Stable; docs/errors.md lists all." }),
    message: Type.String({ description: "What is wrong, for a person; may change." }),
    hint: Type.String({ description: "What to do about it." }),
    field: Type.Optional(Type.String({ description: "The field at fault." })),
    id: Type.Optional(
      Type.String({ description: "Where the fault is ours: the log has the rest under it." }),
    ),
  },
  { additionalProperties: false },
);

/** An error as the native API tells it. */
export type ErrorBody = Static<typeof ErrorBodyShape>;
