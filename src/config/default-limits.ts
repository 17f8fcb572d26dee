/** Bytes of a mebibyte. */
const MIB = 1024 * 1024;

/** Piston's PISTON_MAX_FILE_SIZE. */
const PISTON_FILE_SIZE_BYTES = 10_000_000;

/**
 * Limits of a run stage where neither the request nor the language says otherwise. Times, processes, open files and
 * file size are Piston's; memory and output are ours, since Piston's are endless and 1024 bytes.
 */
export const runDefaults = {
  wall_time_ms: 3_000,
  cpu_time_ms: 3_000,
  memory_bytes: 512 * MIB,
  processes: 64,
  open_files: 2_048,
  file_size_bytes: PISTON_FILE_SIZE_BYTES,
  stack_bytes: 64 * MIB,
  stdout_bytes: 64 * 1024,
  stderr_bytes: 64 * 1024,
} as const;

/** The same for a compile stage: compilers take more memory and time, and write larger files. */
export const compileDefaults = {
  ...runDefaults,
  wall_time_ms: 10_000,
  cpu_time_ms: 10_000,
  memory_bytes: 1_024 * MIB,
  file_size_bytes: 64 * MIB,
} as const;

/**
 * What a request may ask of a run stage. Times equal their default, as in Piston, where the configured limit is both;
 * memory does not, since Piston's users ask for more than ours give unasked.
 */
export const runMaximums = {
  ...runDefaults,
  memory_bytes: 1_024 * MIB,
  processes: 256,
  open_files: 4_096,
  file_size_bytes: 64 * MIB,
  stack_bytes: 256 * MIB,
  stdout_bytes: MIB,
  stderr_bytes: MIB,
} as const;

/** What a request may ask of a compile stage. */
export const compileMaximums = {
  ...runMaximums,
  wall_time_ms: compileDefaults.wall_time_ms,
  cpu_time_ms: compileDefaults.cpu_time_ms,
  memory_bytes: 2_048 * MIB,
  file_size_bytes: 256 * MIB,
} as const;

/** Limits that the stages of one job share. The disk is memory: what it holds counts against the stage's memory too. */
export const jobDefaults = { disk_bytes: 256 * MIB, inodes: 16_384 } as const;

/** What a request may ask of them. */
export const jobMaximums = { disk_bytes: 1_024 * MIB, inodes: 65_536 } as const;

/** What stands for "endless" in Piston's configuration (-1 or 0): nothing here is endless. */
export const finiteLimits = {
  wall_time_ms: 300_000,
  cpu_time_ms: 300_000,
  memory_bytes: 2_048 * MIB,
  processes: 1_024,
  open_files: 4_096,
  file_size_bytes: 256 * MIB,
  stdout_bytes: 16 * MIB,
  stderr_bytes: 16 * MIB,
} as const;
