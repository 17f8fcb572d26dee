import type { JailLimits, StageLimits } from "../../src/jail/jail.ts";
import { TIME_FACTOR } from "./time-factor.ts";

/** Bytes of a mebibyte. */
export const MIB = 2 ** 20;

/** Limits that no well-behaved program of the tests meets; the times fit a machine that is busy with other things. */
export const STAGE_LIMITS: StageLimits = {
  wallTimeMs: 20_000 * TIME_FACTOR,
  cpuTimeMs: 20_000 * TIME_FACTOR,
  memoryBytes: 256 * MIB,
  processes: 64,
  openFiles: 256,
  fileSizeBytes: 256 * MIB,
  stackBytes: 8 * MIB,
  stdoutBytes: MIB,
  stderrBytes: MIB,
};

/** The same for a jail. */
export const JAIL_LIMITS: JailLimits = { diskBytes: 128 * MIB, inodes: 10_000 };
