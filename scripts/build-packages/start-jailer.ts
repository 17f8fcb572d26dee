import { createHash } from "node:crypto";
import { on } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";

/** What a jailer of our own is started with. */
export interface JailerRequest {
  /** Path of its program. */
  readonly jailer: string;
  readonly dataDir: string;
  readonly buildsDir: string;
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
const START_TIMEOUT_MS = 60_000;

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
  let serves = false;
  acquired.defer(async () => {
    jailer.kill("SIGTERM");
    await jailer;
    // One that did not come to serve may have found another's.
    if (serves) await rm(runDir, { recursive: true, force: true });
  });
  const ended = jailer.then(({ all }) => Promise.reject(didNotStart(all)));
  await Promise.race([ended, untilItServes(jailer.all)]);
  serves = true;
  ended.catch(() => undefined);
  const socketPath = join(runDir, "jailer.sock");
  const owned = acquired.move();
  return { socketPath, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function didNotStart(output: string): CrankcaseError {
  return new CrankcaseError("start_failed", `the jailer did not start; is another build running?\n${output}`);
}

function flags(instance: string, runDir: string, request: JailerRequest): string[] {
  return [
    ...["--instance", instance, "--run-dir", runDir, "--data-dir", request.dataDir],
    ...["--builds-dir", request.buildsDir, "--executioners-dir", request.executionersDir],
    ...["--socket-uid", "0", "--runner-uid-min", String(request.runnerUidMin)],
    ...["--runner-gid-min", String(request.runnerUidMin), "--slots", "2"],
    ...["--memory-total", String(request.memoryTotal)],
  ];
}

/** It says so (docs/jailer-protocol.md, "The process") once its locks are its own. */
async function untilItServes(output: Readable): Promise<void> {
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  for await (const [chunk] of on(output, "data", { signal })) {
    if (String(chunk).includes(" serves with ")) return;
  }
}
