import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { jobDefaults, runDefaults } from "../../src/config/default-limits.ts";
import { encodeHeader, REQUEST } from "../../src/jail/frame.ts";
import type { StageLimits } from "../../src/jail/jail.ts";
import { attachPayload, openPayload, stagePayload } from "../../src/jail/requests.ts";
import { readInstalledPackage } from "../installed-package.ts";
import type { Bench } from "../measuring/bench.ts";
import type { Way } from "../measuring/way.ts";
import { startCProgram } from "./c-program.ts";

/** Jails that jail-client.c keeps ready. */
const READY_JAILS = 4;

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

/** A program in jails, over the jailer's socket and without a daemon. */
export interface JailRun {
  readonly name: string;
  readonly socketPath: string;
  readonly packageName: string;
  readonly argv: readonly string[];
  readonly runs: number;
  /** What the time covers: jail-client.c's head says it. */
  readonly span: "ready" | "fresh" | "gone";
  /** Milliseconds between two runs; none unless said otherwise. */
  readonly pauseMs?: number;
}

/** Runs in jails of their own; jail-client.c asks for them. */
export async function jailWay(bench: Bench, acquired: AsyncDisposableStack, run: JailRun): Promise<Way> {
  const { name, socketPath, span, runs, pauseMs = 0 } = run;
  const folder = await mkdtemp(join(bench.folder, "frames-"));
  const [open, request] = [join(folder, "open"), join(folder, "request")];
  await writeFile(open, frame(REQUEST.open, 0, openPayload("job")));
  await writeFile(request, await stageFrames(bench, run));
  const args = [socketPath, span, String(READY_JAILS), open, request];
  const client = acquired.use(
    startCProgram({ binary: bench.programs.jailClient, args, env: {}, outputBytes: 0, stop: bench.stop }),
  );
  return { name, runs, run: (count) => client.order(`${count} ${pauseMs * 1000}`) };
}

/** ATTACH and STAGE; without a submission there is nothing to copy, and the box is the working folder. */
async function stageFrames({ dataDir }: Bench, { packageName, argv }: JailRun): Promise<Buffer> {
  const { base, layers } = await readInstalledPackage(dataDir, packageName);
  const limits = { diskBytes: jobDefaults.disk_bytes, inodes: jobDefaults.inodes };
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/tmp", LANG: "C.UTF-8" };
  const stage = stagePayload({ argv, env, cwd: "/box", limits: LIMITS, stdin: "none" });
  return Buffer.concat([
    frame(REQUEST.attach, 0, attachPayload({ base, layers }, limits)),
    frame(REQUEST.stage, 1, stage),
  ]);
}

function frame(type: number, stage: number, payload: Buffer): Buffer {
  return Buffer.concat([encodeHeader({ type, stage, payloadBytes: payload.length }), payload]);
}
