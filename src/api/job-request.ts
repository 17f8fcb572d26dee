import Type, { type Static } from "typebox";
import { SomeJobLimitsShape, SomeStageLimitsShape } from "../schema/limits.ts";
import { ArgsShape, EncodingShape, NoNulShape, programFields } from "./job-file.ts";
import { queuingFields } from "./queued-job-request.ts";
import { testcasesFields } from "./testcases-request.ts";

const strict = { additionalProperties: false } as const;

/** Patterns of one job, and characters of one: enough for what people name, and cheap to match. */
export const MOST_PATTERNS = 32;
const PATTERN_LENGTH = 256;

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
    ...programFields,
    stdin: Type.Optional(Type.String({ default: "", description: "What the program reads." })),
    stdin_encoding: Type.Optional(EncodingShape),
    args: Type.Optional(ArgsShape),
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
      Type.Record(Type.String(), NoNulShape, {
        maxProperties: 256,
        default: {},
        description:
          "Variables of both stages, name to value, 64 KiB in all. They replace those of the language; names that begin with `CRANKCASE_`, `PISTON_` or `LD_` are refused. Best in capitals: command lines of languages use a few in small letters, such as `main`, for themselves.",
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
    labels: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 32 }), {
        maxItems: 8,
        default: [],
        description:
          "What the machine that runs the job must have: labels of the operator's (`labels` of the configuration), or its processor's architecture, `x64` or `arm64`.",
      }),
    ),
    ...testcasesFields,
    ...queuingFields,
  },
  strict,
);

/** A job as somebody asks for it. */
export type JobRequest = Static<typeof JobRequestShape>;
