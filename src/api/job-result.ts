import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

const StageResultShape = Type.Object(
  {
    stdout: Type.String({ description: "Written as `output_encoding` says, like the next two." }),
    stderr: Type.String({ description: "What the stage wrote to stderr." }),
    output: Type.String({ description: "Both streams in the order in which they arrived." }),
    exit_code: Type.Union([Type.Integer(), Type.Null()], {
      description: "Null when a signal or a limit ended it.",
    }),
    signal: Type.Union([Type.String(), Type.Null()], {
      description: "For example SIGSEGV; null when it exited.",
    }),
    cause: Type.Enum(["exited", "signaled", "wall_time", "cpu_time", "memory", "stdout", "stderr"], {
      description: "Why it ended: by itself, or the limit that was exceeded.",
    }),
    message: Type.Union([Type.String(), Type.Null()], {
      description: "The cause in words; null after exit code 0.",
    }),
    wall_time_ms: Type.Number({ description: "From the stage's start to its end, in milliseconds." }),
    cpu_time_ms: Type.Number({ description: "Of all the stage's processes together, in milliseconds." }),
    memory_bytes: Type.Integer({ description: "Peak of the whole stage, in bytes." }),
    truncated: Type.Object(
      {
        stdout: Type.Boolean({ description: "`cause` is `stdout` then." }),
        stderr: Type.Boolean({ description: "`cause` is `stderr` then." }),
      },
      { ...strict, description: "Whether the stream was cut at its limit." },
    ),
  },
  strict,
);

/** What became of one stage. */
export type StageResult = Static<typeof StageResultShape>;

/** Schema of the answer to a job. A stage that did not run is left out: compile where there is none, run after a failed compile. */
export const JobResultShape = Type.Object(
  {
    id: Type.String({ description: "The job's id, also in the log." }),
    language: Type.String({ description: "Canonical name." }),
    version: Type.String({ description: "The version that ran." }),
    compile: Type.Optional({ ...StageResultShape, description: "What became of the compile stage." }),
    run: Type.Optional({ ...StageResultShape, description: "What became of the run stage." }),
  },
  strict,
);

/** The answer to a job. */
export type JobResult = Static<typeof JobResultShape>;
