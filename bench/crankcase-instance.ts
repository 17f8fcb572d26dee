import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Should the bench be killed, the kernel tells its Crankcase to stop (setpriv(1), prctl(2)). */
const COMMAND = ["--pdeathsig", "TERM", "--", join(import.meta.dirname, "../bin/crankcase"), "serve"];

/** Ids that belong to nobody else: the runners', and below them the daemon's. */
const RUNNER_UID_MIN = 75_000;
const MOST_RUNNERS = 500;
const DAEMON_USER = "74999:74999";

/** A Crankcase of the bench's own. */
export interface CrankcaseInstance extends AsyncDisposable {
  readonly port: number;
  readonly socketPath: string;
  /** First and last uid that a runner may have. */
  readonly runnerUids: readonly [number, number];
}

/** Where an instance lives, the folder of its packages, and what else is to be configured. */
export interface InstancePlace {
  readonly folder: string;
  readonly dataDir: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Starts jailer and daemon by `crankcase serve`, with every limit at its default unless the settings say otherwise. Rejects with what it logged. */
export async function startCrankcase({
  folder,
  dataDir,
  settings = {},
}: InstancePlace): Promise<CrankcaseInstance> {
  const runDir = join(folder, "run");
  const configFile = join(folder, "config.yaml");
  await writeFile(configFile, JSON.stringify({ ...configuration(runDir, dataDir), ...settings }));
  // Nothing of this shell's CRANKCASE_ variables may change what is measured.
  const env = { PATH: process.env.PATH };
  const serve = spawn("setpriv", [...COMMAND, "--config", configFile], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(serve, "exit");
  const port = await readPort(serve.stdout);
  serve.stdout.resume();
  return {
    port,
    socketPath: join(runDir, "jailer.sock"),
    runnerUids: [RUNNER_UID_MIN, RUNNER_UID_MIN + MOST_RUNNERS],
    async [Symbol.asyncDispose]() {
      serve.kill("SIGTERM");
      await exited;
    },
  };
}

/** Every valid JSON text is YAML as well. */
function configuration(runDir: string, dataDir: string) {
  const instance = `bench-${process.pid}`;
  const who = { instance, user: DAEMON_USER, runner_uid_min: RUNNER_UID_MIN };
  return {
    ...who,
    run_dir: runDir,
    data_dir: dataDir,
    state_dir: join(runDir, "state"),
    port: 0,
    log_level: "info",
  };
}

async function readPort(log: NodeJS.ReadableStream): Promise<number> {
  const said: string[] = [];
  for await (const line of createInterface({ input: log })) {
    const { msg, url } = JSON.parse(line);
    if (msg === "ready") return Number(new URL(url).port);
    said.push(line);
  }
  throw new Error(`crankcase serve did not start:\n${said.join("\n")}`);
}
