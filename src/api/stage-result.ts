import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** Schema of what became of one stage. */
export const StageResultShape = Type.Object(
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
    cause: Type.Enum(
      ["exited", "signaled", "system_call", "wall_time", "cpu_time", "memory", "stdout", "stderr"],
      {
        description:
          "Why it ended: by itself, by a signal, by SIGSYS (with which the kernel ends a program for a system call that is not open to it), or the limit that was exceeded.",
      },
    ),
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
    process_limit_hit: Type.Boolean({
      description:
        "Whether `limits.*.processes` refused at least one process or thread, however it ended then.",
    }),
    cached: Type.Optional(
      Type.Boolean({
        description:
          "There, and true, for a compile that was done without: an equal one before it wrote this and made the same files. Its times and memory are 0.",
      }),
    ),
  },
  strict,
);

/** What became of one stage. */
export type StageResult = Static<typeof StageResultShape>;
