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

/** Neither NUL nor the line end that parts one flag from the next on its way to the executioner. */
const Flag = Type.String({
  minLength: 1,
  pattern: "^[^\\u0000\\n]*$",
  patternMessage: "must not hold NUL or a line end",
});

/** Patterns of one job, and characters of one: enough for what people name, and cheap to match. */
const MOST_PATTERNS = 32;
const PATTERN_LENGTH = 256;

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
  {
    ...strict,
    description:
      "Limits other than the configured defaults; `limit_policy` says what becomes of one above the configured maximum.",
  },
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
    limit_policy: Type.Optional(
      Type.Enum(["reject", "clamp"], {
        default: "reject",
        description:
          "What becomes of a limit above the configured maximum: the request is refused, or the limit lowered to it.",
      }),
    ),
    entrypoint: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Name of the file that is the main file instead of the first one; it must be utf8.",
      }),
    ),
    environment: Type.Optional(
      Type.Record(Type.String(), NoNul, {
        maxProperties: 256,
        default: {},
        description:
          "Variables of both stages, name to value, 64 KiB in all. They replace those of the language; names that begin with `CRANKCASE_`, `PISTON_` or `LD_` are refused. Best in capitals: command lines of languages use a few in small letters, such as `main`, for themselves.",
      }),
    ),
    compiler_flags: Type.Optional(
      Type.Array(Flag, {
        maxItems: 256,
        default: [],
        description:
          "Arguments for the compiler, behind those it has anyway, 64 KiB in all. Only where the list of runtimes says `compiler_flags`.",
      }),
    ),
    artifacts: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: PATTERN_LENGTH }), {
        maxItems: MOST_PATTERNS,
        default: [],
        description:
          "Files below the working folder, 64 folders deep at most, to send back after the run stage, by pattern: `*` and `?` stand for characters of one name, a part `**` for any folders, everything else for itself; a name that begins with a dot only matches where the pattern has that dot. Files of the request come back only where the job changed them.",
      }),
    ),
    artifact_delivery: Type.Optional(
      Type.Enum(["inline", "url"], {
        default: "inline",
        description:
          "Whether the artifacts stand in the answer as base64, or are kept on the server for a while, to be fetched.",
      }),
    ),
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
