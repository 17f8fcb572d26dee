import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** Files or arguments of one job: more than anybody writes, and few enough to be handled at once. */
export const MOST_ITEMS = 10_000;

/** Longer than any name of a language and any range: reading a range takes time and memory. */
export const MOST_NAME_CHARACTERS = 256;

/** How bytes stand in a JSON string. */
export const EncodingShape = Type.Enum(["utf8", "base64", "hex"], {
  default: "utf8",
  description: "How the bytes are written.",
});

/** What no argument and no name can carry: execve(2) ends them there. */
export const NoNulShape = Type.String({ pattern: "^[^\\u0000]*$", patternMessage: "must not hold NUL" });

/** Neither NUL nor the line end that parts one flag from the next on its way to the executioner. */
const Flag = Type.String({
  minLength: 1,
  pattern: "^[^\\u0000\\n]*$",
  patternMessage: "must not hold NUL or a line end",
});

/** Schema of one file of a job. */
export const JobFileShape = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        description:
          "Path below the working folder, such as `main.py` or `src/a.py`. Only the first file may leave it out: its language names it then.",
      }),
    ),
    content: Type.String({ description: "The file, as `encoding` says." }),
    encoding: Type.Optional(EncodingShape),
  },
  strict,
);

/** Schema of a program's arguments. */
export const ArgsShape = Type.Array(NoNulShape, {
  maxItems: MOST_ITEMS,
  default: [],
  description: "The program's arguments.",
});

/** What names a program, in a job and in its checker alike. */
export const programFields = {
  language: Type.String({
    minLength: 1,
    maxLength: MOST_NAME_CHARACTERS,
    description: "Language or one of its aliases.",
  }),
  version: Type.Optional(
    Type.String({
      maxLength: MOST_NAME_CHARACTERS,
      default: "*",
      description: "Semver range; the highest installed version in it runs.",
    }),
  ),
  files: Type.Array(JobFileShape, {
    minItems: 1,
    maxItems: MOST_ITEMS,
    description:
      "The first is the main file, which runs. The compile stage is given the names of it and of all others that are utf8.",
  }),
  compiler_flags: Type.Optional(
    Type.Array(Flag, {
      maxItems: 256,
      default: [],
      description:
        "Arguments for the compiler, behind those it has anyway, 64 KiB in all. Only where the list of runtimes says `compiler_flags`.",
    }),
  ),
};

/** One file of a job. */
export type JobFile = Static<typeof JobFileShape>;
