import { resolve } from "node:path";
import { execa } from "execa";
import type { JailerPlace } from "./jailer-place.ts";
import { PROJECT_DIR } from "./test-data.ts";
import { until } from "./until.ts";

/** A jailer that serves. Disposal stops it, and checks that it went in order. */
export interface TestJailer extends AsyncDisposable {
  readonly place: JailerPlace;
  readonly socketPath: string;
  readonly pid: number;
  /** The lines that it has written so far. */
  readonly log: readonly string[];
  /** Kills it with SIGKILL; resolves when it is gone. */
  crash(): Promise<void>;
}

/** The jailer's program, or the one that TEST_CRANKCASE_JAILER puts in its place. */
export const EXECUTABLE = resolve(PROJECT_DIR, process.env.TEST_CRANKCASE_JAILER ?? "jailer/build/jailer");

/** The same with checks of addresses and of undefined behaviour (`make sanitized`): a fault ends its session. */
export const SANITIZED = resolve(
  PROJECT_DIR,
  process.env.TEST_CRANKCASE_JAILER ?? "jailer/build/jailer-sanitized",
);

/** Starts a jailer; rejects with what it said when it does not serve. */
export async function startJailer(place: JailerPlace, executable = EXECUTABLE): Promise<TestJailer> {
  const log: string[] = [];
  // It has groups that it must not pass on to its jobs.
  const command = ["--groups", "1,2", "--", executable, ...jailerArguments(place)];
  const jailer = execa("setpriv", command, {
    ...{ stdin: "ignore", stdout: "ignore", reject: false, extendEnv: false },
    // The leak check of the sanitizer build traces the process, which a test machine may forbid; the jailer's memory is
    // the system's to take back when a session ends.
    env: { ASAN_OPTIONS: "detect_leaks=0" },
  });
  let over = false;
  void jailer.finally(() => {
    over = true;
  });
  jailer.stderr.setEncoding("utf8").on("data", (text: string) => log.push(...text.trimEnd().split("\n")));
  await until("the jailer serves", () => over || log.some((line) => line.includes(" serves ")));
  if (over || jailer.pid === undefined) throw new Error(`${executable} did not start: ${log.join("; ")}`);
  return {
    ...{ place, log, pid: jailer.pid, socketPath: `${place.runDir}/jailer.sock` },
    crash: async () => {
      jailer.kill("SIGKILL");
      await jailer;
    },
    [Symbol.asyncDispose]: async () => {
      jailer.kill("SIGTERM");
      const { exitCode, signal, isTerminated } = await jailer;
      const crashed = isTerminated && signal === "SIGKILL";
      if (exitCode !== 0 && !crashed) throw new Error(`the jailer ended with ${exitCode}: ${log.join("\n")}`);
    },
  };
}

function jailerArguments(place: JailerPlace): string[] {
  const { ownExecutionersDir: own, startsFile: starts } = place;
  return [
    ...(own === undefined ? [] : ["--own-executioners-dir", own]),
    ...(starts === undefined ? [] : ["--starts", starts]),
    ...["--instance", place.instance, "--run-dir", place.runDir, "--data-dir", place.dataDir],
    ...["--builds-dir", place.buildsDir, "--executioners-dir", `${PROJECT_DIR}/executioners`],
    ...["--socket-uid", String(place.socketUid), "--slots", String(place.slots)],
    ...["--runner-uid-min", String(place.runnerUidMin), "--runner-gid-min", String(place.runnerUidMin)],
    ...["--memory-total", String(place.memoryTotal)],
  ];
}
