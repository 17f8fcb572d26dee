import Type, { type Static } from "typebox";

/** Schema of one limit: a whole number of at least 1; no limit can be absent, zero or endless. */
const limit = (description: string) =>
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description });

/**
 * Every limit of one stage, under the names that requests, runtime definitions, YAML and the environment use.
 * How each is enforced stands in the jailer's protocol.
 */
export const StageLimitsShape = Type.Object(
  {
    wall_time_ms: limit("Time from the stage's start to its end, in milliseconds."),
    cpu_time_ms: limit("CPU time of all of the stage's processes together, in milliseconds."),
    memory_bytes: limit(
      "Memory of the whole stage, its files in /box, /tmp and /dev/shm included, in bytes.",
    ),
    processes: limit("Processes and threads together that may exist at one time."),
    open_files: limit("Files that one process may hold open."),
    file_size_bytes: limit("Size to which one file may grow, in bytes."),
    stack_bytes: limit("Stack of one process, in bytes."),
    stdout_bytes: limit("What the stage may write to stdout, in bytes; what came before is kept."),
    stderr_bytes: limit("What the stage may write to stderr, in bytes; what came before is kept."),
  },
  { additionalProperties: false },
);

/** Some limits of one stage: those left out keep their default. */
export const SomeStageLimitsShape = Type.Partial(StageLimitsShape, { additionalProperties: false });

/** Limits of a stage as a request or a definition writes them. */
export type SomeStageLimits = Static<typeof SomeStageLimitsShape>;

/** Limits that all stages of one job share, since they share one private box. */
export const JobLimitsShape = Type.Object(
  {
    disk_bytes: limit("What /box, /tmp and /dev/shm may hold together, in bytes."),
    inodes: limit("Files and folders that /box, /tmp and /dev/shm may hold together."),
  },
  { additionalProperties: false },
);

/** Some limits of one job: those left out keep their default. */
export const SomeJobLimitsShape = Type.Partial(JobLimitsShape, { additionalProperties: false });
