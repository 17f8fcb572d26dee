import type { StageCause, StageReport } from "./jail.ts";
import { protocolBroken } from "./jail-errors.ts";
import { PayloadReader } from "./payload-reader.ts";
import { signalName } from "./signal-name.ts";

/** Causes in the order of their numbers in docs/jailer-protocol.md. */
const CAUSES: readonly StageCause[] = [
  "exited",
  "signaled",
  "wall-time",
  "cpu-time",
  "memory",
  "stdout",
  "stderr",
];

const PROCESS_LIMIT_HIT = 1;
const NANOSECONDS_PER_MS = 1e6;

/** Reads the payload of REPORT; times keep their fraction of a millisecond. Throws `jailer_failed` when it is malformed. */
export function decodeReport(payload: Buffer): StageReport {
  const reader = new PayloadReader(payload);
  const cause = causeOf(reader.u8());
  const flags = reader.u8();
  reader.u16();
  const exitCode = reader.i32();
  const signal = reader.i32();
  const report: StageReport = {
    cause,
    exitCode: cause === "exited" ? exitCode : null,
    signal: signal === 0 ? null : signalName(signal),
    wallTimeMs: Number(reader.u64()) / NANOSECONDS_PER_MS,
    cpuTimeMs: Number(reader.u64()) / NANOSECONDS_PER_MS,
    memoryBytes: Number(reader.u64()),
    processLimitHit: (flags & PROCESS_LIMIT_HIT) !== 0,
    stdoutBytes: Number(reader.u64()),
    stderrBytes: Number(reader.u64()),
  };
  reader.end();
  return report;
}

function causeOf(code: number): StageCause {
  const cause = CAUSES[code];
  if (cause === undefined) throw protocolBroken(`there is no cause ${code}`);
  return cause;
}
