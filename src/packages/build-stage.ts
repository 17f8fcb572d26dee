import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { BuildJail, JailLimits, StageLimits, StageReport, StageRequest } from "../jail/jail.ts";
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
  await runStep(jail, { argv, env: buildEnvironment, limits: stageLimits(filesBytes) });
}

/** What a step that only tells something may take: what it looks at may be made to last, or to have no end. */
const TELLING = { wallTimeMs: 60_000, cpuTimeMs: 30_000, stdoutBytes: 256 * 1024, stderrBytes: 256 * 1024 };

/** Runs one step of a build and gives its stdout, a quarter of a MiB at most; rejects like `runBuildStep`. */
export async function readBuildStep(
  jail: BuildJail,
  argv: readonly string[],
  env = buildEnvironment,
): Promise<Buffer> {
  const stdout: Buffer[] = [];
  const limits = { ...stageLimits(0), ...TELLING };
  await runStep(jail, { argv, env, limits, onStdout: (chunk) => stdout.push(chunk) });
  return Buffer.concat(stdout);
}

interface Step extends Pick<StageRequest, "argv" | "env" | "limits"> {
  readonly onStdout?: (chunk: Buffer) => void;
}

async function runStep(jail: BuildJail, { argv, env, limits, onStdout }: Step): Promise<void> {
  let output = Buffer.alloc(0);
  const stage = jail.startStage({ argv, env, cwd: "/", limits, stdin: "none" }, (stream, chunk) => {
    output = Buffer.concat([output, chunk]).subarray(-TOLD_BYTES);
    if (stream === "stdout") onStdout?.(chunk);
  });
  const report = await stage.report;
  if (report.exitCode === 0) return;
  const program = argv.slice(0, 2).join(" ");
  throw new CrankcaseError("package_failed", `${program} ${ending(report)}:\n${output.toString().trim()}`);
}

function ending({ cause, exitCode, signal }: StageReport): string {
  if (exitCode !== null) return `ended with code ${exitCode}`;
  return cause === "signaled" ? `died of ${signal}` : `was killed (${cause})`;
}
