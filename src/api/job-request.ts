import Type, { type Static } from "typebox";
import { SomeJobLimitsShape, SomeStageLimitsShape } from "../schema/limits.ts";

const strict = { additionalProperties: false } as const;

/** How bytes stand in a JSON string. */
const Encoding = Type.Enum(["utf8", "base64", "hex"], {
  default: "utf8",
  description: "How the bytes are written.",
});

/** Files or arguments of one job: more than anybody writes, and few enough to be handled at once. */
const MOST_ITEMS = 10_000;

/** Longer than any name of a language and any range: reading a range takes time and memory. */
export const MOST_NAME_CHARACTERS = 256;

/** What no argument and no name can carry: execve(2) ends them there. */
const NoNul = Type.String({ pattern: "^[^\\u0000]*$", patternMessage: "must not hold NUL" });

const JobFile = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        description:
          "Path below the working folder, such as `main.py` or `src/a.py`. Only the first file may leave it out: its language names it then.",
      }),
    ),
    content: Type.String({ description: "The file, as `encoding` says." }),
    encoding: Type.Optional(Encoding),
  },
  strict,
);

const RequestLimits = Type.Object(
  {
    job: Type.Optional({ ...SomeJobLimitsShape, description: "Limits that both stages share." }),
    compile: Type.Optional({ ...SomeStageLimitsShape, description: "Limits of the compile stage." }),
    run: Type.Optional({ ...SomeStageLimitsShape, description: "Limits of the run stage." }),
  },
  { ...strict, description: "Limits other than the configured defaults; none above the configured maximum." },
);

/** Schema of the body of `POST /api/crankcase/v1/jobs`: one job. Unknown fields are refused. */
export const JobRequestShape = Type.Object(
  {
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
    files: Type.Array(JobFile, {
      minItems: 1,
      maxItems: MOST_ITEMS,
      description:
        "The first is the main file, which runs. The compile stage is given the names of it and of all others that are utf8.",
    }),
    stdin: Type.Optional(Type.String({ default: "", description: "What the program reads." })),
    stdin_encoding: Type.Optional(Encoding),
    args: Type.Optional(
      Type.Array(NoNul, {
        maxItems: MOST_ITEMS,
        default: [],
        description: "The program's arguments.",
      }),
    ),
    limits: Type.Optional(RequestLimits),
    output_encoding: Type.Optional(
      Type.Enum(["utf8", "base64"], {
        default: "utf8",
        description: "How the output is written: utf8 replaces what is not UTF-8, base64 keeps every byte.",
      }),
    ),
  },
  strict,
);

/** A job as somebody asks for it. */
export type JobRequest = Static<typeof JobRequestShape>;
