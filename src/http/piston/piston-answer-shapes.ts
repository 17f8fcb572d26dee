import Type from "typebox";
import { JobResultShape } from "../../api/job-result.ts";
import { StageResultShape } from "../../api/stage-result.ts";

const Nullable = (type: Parameters<typeof Type.Union>[0][number], description: string) =>
  Type.Union([type, Type.Null()], { description });

const strict = { additionalProperties: false } as const;

const stage = StageResultShape.properties;
const job = JobResultShape.properties;

const PistonStageShape = Type.Object(
  {
    stdout: Type.String(),
    stderr: Type.String(),
    output: Type.String({ description: "Both streams in the order in which they arrived." }),
    code: Nullable(Type.Integer(), "Exit code; null when a signal or a limit ended it."),
    signal: Nullable(Type.String(), "For example SIGSEGV; null when it exited."),
    message: Nullable(Type.String(), "How it ended, in words; null after exit code 0."),
    status: Nullable(
      Type.Enum(["TO", "OL", "EL", "SG", "RE"]),
      "Null, or: time over, stdout or stderr too long, died on a signal, exit code other than 0.",
    ),
    cpu_time: Type.Integer({ description: "In milliseconds." }),
    wall_time: Type.Integer({ description: "In milliseconds." }),
    memory: Type.Integer({ description: "Peak, in bytes." }),
    cause: stage.cause,
    truncated: stage.truncated,
    process_limit_hit: stage.process_limit_hit,
  },
  strict,
);

/** Schema of the answer to Piston's execute: its own keys, and behind them ours. */
export const PistonAnswerShape = Type.Object(
  {
    language: Type.String({ description: "Canonical name." }),
    version: Type.String({ description: "The version that ran." }),
    run: {
      ...PistonStageShape,
      description: "The run stage; a copy of the compile stage where that failed.",
    },
    compile: Type.Optional({
      ...PistonStageShape,
      description: "The compile stage, where the language has one.",
    }),
    id: job.id,
    limits: job.limits,
    timings: job.timings,
  },
  strict,
);

/** Schema of one element of Piston's list of runtimes. */
export const PistonRuntimeShape = Type.Object(
  {
    language: Type.String({ description: "Canonical name." }),
    version: Type.String({ description: "Semver." }),
    aliases: Type.Array(Type.String(), { description: "Other names that a request may use." }),
    runtime: Type.Optional(
      Type.String({ description: "The program, where one provides several languages." }),
    ),
  },
  strict,
);

/** Schema of every error of Piston's APIs. */
export const PistonErrorShape = Type.Object(
  { message: Type.String({ description: "What is wrong, in Piston's own words where it has some." }) },
  strict,
);
