import Type, { type Static } from "typebox";

/** Schema of one limit: a whole number of at least 1; no limit can be absent, zero or endless. */
const limit = (description: string, minimum = 1) =>
  Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER, description });

/** `timeout` stands in front of every program and is a process of its own. */
const LEAST_PROCESSES = 2;

/** Below these a jail has no room for its own folders and a small submission. */
const LEAST_DISK_BYTES = 1_048_576;
const LEAST_INODES = 64;

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
    processes: limit(
      "Processes and threads together that may exist at one time, the executioner's `timeout` among them.",
      LEAST_PROCESSES,
    ),
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
    disk_bytes: limit("What /box, /tmp and /dev/shm may hold together, in bytes.", LEAST_DISK_BYTES),
    inodes: limit(
      "Files and folders that /box, /tmp and /dev/shm may hold together, these folders and the submission included.",
      LEAST_INODES,
    ),
  },
  { additionalProperties: false },
);

/** Some limits of one job: those left out keep their default. */
export const SomeJobLimitsShape = Type.Partial(JobLimitsShape, { additionalProperties: false });
