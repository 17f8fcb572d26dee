import { spawn } from "node:child_process";
import { on, once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createInterface, type Interface } from "node:readline";
import { dir } from "tmp-promise";

const PROJECT = `${import.meta.dirname}/../..`;

/** A jailer of its own, with two slots, and one submission named `job`. */
export interface RealJailer extends AsyncDisposable {
  readonly socketPath: string;
  /** Ends the jailer as a crash would. */
  crash(): void;
}

/**
 * Starts the jailer that `make -C jailer` built, over the packages that scripts/setup-tests made. No other jailer that
 * runs may have its two runner uids.
 */
export async function startRealJailer(runnerUidMin: number): Promise<RealJailer> {
  await using acquired = new AsyncDisposableStack();
  const folder = await dir({ tmpdir: "/dev/shm", unsafeCleanup: true });
  acquired.defer(folder.cleanup);
  await makeFolders(folder.path);
  const jailer = spawn(`${PROJECT}/jailer/build/jailer`, jailerArguments(folder.path, String(runnerUidMin)), {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(jailer, "exit");
  acquired.defer(async () => {
    jailer.kill("SIGTERM");
    await exited;
  });
  await serving(createInterface({ input: jailer.stderr }));
  const release = acquired.move();
  return {
    socketPath: `${folder.path}/run/jailer.sock`,
    crash: () => void jailer.kill("SIGKILL"),
    [Symbol.asyncDispose]: () => release.disposeAsync(),
  };
}

/** Waits until the jailer serves. Throws with what it said when it ends instead. */
async function serving(lines: Interface): Promise<void> {
  const said: string[] = [];
  for await (const line of on(lines, "line", { close: ["close"] })) {
    said.push(String(line));
    if (said.at(-1)?.includes(" serves ")) return;
  }
  throw new Error(`the jailer did not start: ${said.join("; ")}`);
}

async function makeFolders(folder: string): Promise<void> {
  const submission = `${folder}/submissions/job`;
  await chmod(folder, 0o711);
  await mkdir(`${folder}/run`);
  await mkdir(`${submission}/submission`, { recursive: true });
  await writeFile(`${submission}/args.args`, "");
  await writeFile(`${submission}/stdin.stdin`, "from the file\n");
}

function jailerArguments(folder: string, runnerUidMin: string): string[] {
  const folders = ["--run-dir", `${folder}/run`, "--submissions-dir", `${folder}/submissions`];
  const data = process.env.CRANKCASE_TEST_DATA ?? "/var/tmp/crankcase-test-data";
  const places = ["--data-dir", data, "--executioners-dir", `${PROJECT}/executioners`, "--socket-uid", "0"];
  const uids = ["--runner-uid-min", runnerUidMin, "--runner-gid-min", runnerUidMin];
  const room = ["--slots", "2", "--memory-total", String(2 ** 31)];
  return ["--instance", `client-${runnerUidMin}`, ...folders, ...places, ...uids, ...room];
}
