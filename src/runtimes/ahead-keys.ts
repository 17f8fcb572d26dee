import Type from "typebox";

/** Keys of a language's definition that say how its `run` may be started before a job. */
export const aheadKeys = {
  ahead: Type.Optional(
    Type.Union([Type.Literal("open"), Type.Literal("read")], {
      description:
        "Its `run` may be started before its job, and then waits in the kernel where it opens (`open`) or reads (`read`: it opens its main file early and reads it late) the first of the job's files. What it does before that must not depend on their contents, nor on the input.",
    }),
  ),
  ahead_known: Type.Optional(
    Type.Array(Type.String({ minLength: 1, pattern: "^[^/\\u0000][^\\u0000]*$" }), {
      uniqueItems: true,
      description:
        "Paths, below the working folder, of files that it reads before that: it is started ahead for jobs with the same contents of these alone. Only with `ahead`.",
    }),
  ),
};
