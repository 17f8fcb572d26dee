import { jobDefaults, runDefaults } from "../src/config/default-limits.ts";
import type { Jail, JailFile, JailRoot, StageLimits, StageRequest } from "../src/jail/jail.ts";
import { openJail } from "../src/jail/open-jail.ts";

/** One program to run in jails, over and over. */
export interface JailRun {
  readonly socketPath: string;
  readonly root: JailRoot;
  readonly files: readonly JailFile[];
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly output: string;
}

/** How much of a jail's life the time covers: its making, its stage, its end. */
export type Span = "stage" | "open to report" | "open to gone";

/** The limits that a job has when nobody says otherwise. */
const LIMITS: StageLimits = {
  wallTimeMs: runDefaults.wall_time_ms,
  cpuTimeMs: runDefaults.cpu_time_ms,
  memoryBytes: runDefaults.memory_bytes,
  processes: runDefaults.processes,
  openFiles: runDefaults.open_files,
  fileSizeBytes: runDefaults.file_size_bytes,
  stackBytes: runDefaults.stack_bytes,
  stdoutBytes: runDefaults.stdout_bytes,
  stderrBytes: runDefaults.stderr_bytes,
};

/** Runs the program in a jail of its own and returns the milliseconds of that span. Rejects when it did not work. */
export async function timeJailRun(run: JailRun, span: Span): Promise<number> {
  const opening = performance.now();
  const jail = await openJail({ socketPath: run.socketPath });
  const starting = performance.now();
  let reported: number;
  try {
    await runStage(jail, run);
  } finally {
    reported = performance.now();
    await jail[Symbol.asyncDispose]();
  }
  const end = span === "open to gone" ? performance.now() : reported;
  return end - (span === "stage" ? starting : opening);
}

async function runStage(jail: Jail, run: JailRun): Promise<void> {
  jail.attach(run.root, { diskBytes: jobDefaults.disk_bytes, inodes: jobDefaults.inodes });
  jail.put(run.files);
  const chunks: Buffer[] = [];
  const stage = jail.startStage(stageRequest(run), (_, chunk) => void chunks.push(chunk));
  const report = await stage.report;
  const output = Buffer.concat(chunks).toString();
  if (report.exitCode !== 0 || output !== run.output) {
    throw new Error(`${run.argv.join(" ")} failed in its jail: ${JSON.stringify(report)} ${output}`);
  }
}

function stageRequest(run: JailRun): StageRequest {
  return { argv: run.argv, env: run.env, cwd: "/box/submission", limits: LIMITS, stdin: "none" };
}
