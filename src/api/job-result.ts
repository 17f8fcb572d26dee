import Type, { type Static } from "typebox";
import { JobLimitsShape, StageLimitsShape } from "../schema/limits.ts";
import { ArtifactShape, OmittedArtifactsShape } from "./artifact.ts";

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

const Milliseconds = (description: string) => Type.Number({ minimum: 0, description });

const TimingsShape = Type.Object(
  {
    queue_ms: Milliseconds("Waited for a slot, and for the stages' turns."),
    jail_ms: Milliseconds("Until its files were written and its jail was made."),
    compile_ms: Type.Optional(Milliseconds("From asking for the compile stage to its report.")),
    run_ms: Type.Optional(Milliseconds("The same of the run stage.")),
    artifacts_ms: Type.Optional(Milliseconds("Finding, reading and keeping artifacts.")),
    total_ms: Milliseconds(
      "From the request, read and checked, to the answer; a little more than all the others.",
    ),
  },
  { ...strict, description: "Where the job's time went, by the server's clock, in milliseconds." },
);

/** Where a job's time went. */
export type JobTimings = Static<typeof TimingsShape>;

const UsedLimitsShape = Type.Object(
  {
    job: { ...JobLimitsShape, description: "Limits that both stages shared." },
    compile: Type.Optional({
      ...StageLimitsShape,
      description: "Those of the compile stage, where the language has one.",
    }),
    run: { ...StageLimitsShape, description: "Those of the run stage." },
  },
  { ...strict, description: "Every limit as it was in force, under the names of the request." },
);

/** What became of one stage. */
export type StageResult = Static<typeof StageResultShape>;

/** Schema of the answer to a job. A stage that did not run is left out: compile where there is none, run after a failed compile. */
export const JobResultShape = Type.Object(
  {
    id: Type.String({ description: "The job's id, also in the log." }),
    language: Type.String({ description: "Canonical name." }),
    version: Type.String({ description: "The version that ran." }),
    start: Type.Union([Type.Literal("cold"), Type.Literal("ahead")], {
      description:
        "`ahead` where the program of the run stage was started before the job came, up to its first file; it makes no difference but in time.",
    }),
    compile: Type.Optional({ ...StageResultShape, description: "What became of the compile stage." }),
    run: Type.Optional({ ...StageResultShape, description: "What became of the run stage." }),
    artifacts: Type.Optional(
      Type.Array(ArtifactShape, {
        description: "Files that the job wrote; there where some were asked for.",
      }),
    ),
    artifacts_omitted: Type.Optional(
      Type.Array(OmittedArtifactsShape, {
        description: "What matched and was left out, by reason; there with `artifacts`, and empty mostly.",
      }),
    ),
    limits: UsedLimitsShape,
    timings: TimingsShape,
  },
  strict,
);

/** The answer to a job. */
export type JobResult = Static<typeof JobResultShape>;
