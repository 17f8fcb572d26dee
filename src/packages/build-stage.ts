import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { BuildJail, JailLimits, StageLimits, StageReport } from "../jail/jail.ts";
import { buildEnvironment } from "./build-steps.ts";

const MIB = 1024 * 1024;

/** Room in /box and /tmp besides the fetched files: apt's caches, and the temporary files of installers. */
const SPARE_BYTES = 512 * MIB;

/** As much of a failed step's output as one can take in. */
const TOLD_BYTES = 4096;

/** What a build jail may hold: the files it installs, and some room. */
export function buildJailLimits(filesBytes: number): JailLimits {
  return { diskBytes: filesBytes + SPARE_BYTES, inodes: 1_000_000 };
}

/**
 * What one step of a build may use: these limits end what hangs or runs wild. An install takes seconds (gcc's, with 250 MB of
 * layer, 6 to 12 on two cores), a compiler's library built by a fixup may take many minutes.
 */
function stageLimits(filesBytes: number): StageLimits {
  const hourMs = 3_600_000;
  return {
    wallTimeMs: hourMs,
    cpuTimeMs: hourMs,
    memoryBytes: filesBytes + SPARE_BYTES + 2048 * MIB,
    processes: 512,
    openFiles: 4096,
    fileSizeBytes: 8192 * MIB,
    stackBytes: 8 * MIB,
    stdoutBytes: 64 * MIB,
    stderrBytes: 64 * MIB,
  };
}

/** Runs one step of a build; rejects with `package_failed` and the end of its output where it does not exit with 0. */
export async function runBuildStep(
  jail: BuildJail,
  argv: readonly string[],
  filesBytes: number,
): Promise<void> {
  let output = Buffer.alloc(0);
  const stage = jail.startStage(
    { argv, env: buildEnvironment, cwd: "/", limits: stageLimits(filesBytes), stdin: "none" },
    (_stream, chunk) => {
      output = Buffer.concat([output, chunk]).subarray(-TOLD_BYTES);
    },
  );
  const report = await stage.report;
  if (report.exitCode === 0) return;
  const program = argv.slice(0, 2).join(" ");
  throw new CrankcaseError("package_failed", `${program} ${ending(report)}:\n${output.toString().trim()}`);
}

function ending({ cause, exitCode, signal }: StageReport): string {
  if (exitCode !== null) return `ended with code ${exitCode}`;
  return cause === "signaled" ? `died of ${signal}` : `was killed (${cause})`;
}
