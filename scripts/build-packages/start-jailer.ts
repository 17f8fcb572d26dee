import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";

/** What a jailer of our own is started with. */
export interface JailerRequest {
  /** Path of its program. */
  readonly jailer: string;
  readonly dataDir: string;
  readonly submissionsDir: string;
  readonly executionersDir: string;
  readonly runnerUidMin: number;
  /** Bytes for all its jails together. */
  readonly memoryTotal: number;
}

/** A jailer that runs; it is gone, with every jail, once disposal settles. */
export interface RunningJailer extends AsyncDisposable {
  readonly socketPath: string;
}

/** A jailer listens within milliseconds; a machine under heavy load may take seconds. */
const START_TIMEOUT_MS = 10_000;

/**
 * Starts a jailer with two slots beside any that serves jobs. Its id comes from the data folder: one build at a time works in
 * a folder, and what a build left that was cut off by a power failure is swept by the next.
 * Rejects with `start_failed` and what the jailer said.
 */
export async function startJailer(request: JailerRequest): Promise<RunningJailer> {
  await using acquired = new AsyncDisposableStack();
  const instance = `build-${createHash("sha256").update(request.dataDir).digest("hex").slice(0, 8)}`;
  const runDir = join("/run/crankcase", instance);
  await mkdir(runDir, { recursive: true, mode: 0o755 });
  // Should this process be killed, the kernel tells the jailer to stop. A session of its own keeps Ctrl-C from it: the
  // jails end first.
  const command = ["--pdeathsig", "TERM", "--", request.jailer, ...flags(instance, runDir, request)];
  const jailer = execa("setpriv", command, { stdin: "ignore", all: true, reject: false, detached: true });
  acquired.defer(async () => {
    jailer.kill("SIGTERM");
    await jailer;
    await rm(runDir, { recursive: true, force: true });
  });
  const socketPath = join(runDir, "jailer.sock");
  const listening = untilItListens(socketPath);
  const ended = jailer.then(({ all }) => Promise.reject(didNotStart(all)));
  await Promise.race([ended, listening]);
  ended.catch(() => undefined);
  const owned = acquired.move();
  return { socketPath, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function didNotStart(output: string): CrankcaseError {
  return new CrankcaseError("start_failed", `the jailer did not start; is another build running?\n${output}`);
}

function flags(instance: string, runDir: string, request: JailerRequest): string[] {
  return [
    ...["--instance", instance, "--run-dir", runDir, "--data-dir", request.dataDir],
    ...["--submissions-dir", request.submissionsDir, "--executioners-dir", request.executionersDir],
    ...["--socket-uid", "0", "--runner-uid-min", String(request.runnerUidMin)],
    ...["--runner-gid-min", String(request.runnerUidMin), "--slots", "2"],
    ...["--memory-total", String(request.memoryTotal)],
  ];
}

async function untilItListens(socketPath: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(socketPath))) {
    if (Date.now() > deadline) throw new CrankcaseError("start_failed", "the jailer does not listen");
    await sleep(20);
  }
}

async function accepts(socketPath: string): Promise<boolean> {
  const socket = connect(socketPath);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
