import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startsLogPath } from "../src/config/starts-log-path.ts";

const PROJECT = join(import.meta.dirname, "..");

/** Should the bench be killed, the kernel tells its Crankcase to stop (setpriv(1), prctl(2)). */
const UNTIL_WE_END = ["--pdeathsig", "TERM", "--"];

/** Ids that belong to nobody else: the runners', and below them the daemon's. */
const RUNNER_UID_MIN = 75_000;
const MOST_RUNNERS = 500;
const DAEMON_USER = "74999:74999";

/** A Crankcase of the bench's own. */
export interface CrankcaseInstance extends AsyncDisposable {
  readonly port: number;
  /** As its cgroup and its log name it. */
  readonly name: string;
  /** Process id of `crankcase serve`, whose children jailer and daemon are. */
  readonly pid: number;
  readonly socketPath: string;
  /** First and last uid that a runner may have. */
  readonly runnerUids: readonly [number, number];
}

/** Where an instance lives, the folder of its packages, and what else is to be configured. */
export interface InstancePlace {
  readonly folder: string;
  readonly dataDir: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Tells instances that run beside each other apart; 0 unless said otherwise. */
  readonly number?: number;
  /** Folder of the project or of a release of it; this project unless said otherwise. */
  readonly project?: string;
}

/** Starts jailer and daemon by `crankcase serve`, with every limit at its default unless the settings say otherwise. Rejects with what it logged. */
export async function startCrankcase({
  folder,
  dataDir,
  settings = {},
  number = 0,
  project = PROJECT,
}: InstancePlace): Promise<CrankcaseInstance> {
  const runDir = join(folder, `run-${number}`);
  const configFile = join(folder, `config-${number}.yaml`);
  const runnerUid = RUNNER_UID_MIN + number * MOST_RUNNERS;
  const name = `bench-${process.pid}-${number}`;
  const who = { instance: name, user: DAEMON_USER, runner_uid_min: runnerUid };
  await writeFile(configFile, JSON.stringify({ ...who, ...places(runDir, dataDir), ...settings }));
  const command = [join(project, "bin/crankcase"), "serve", "--config", configFile];
  // Nothing of this shell's CRANKCASE_ variables may change what is measured.
  const env = { PATH: process.env.PATH };
  const serve = spawn("setpriv", [...UNTIL_WE_END, ...command], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(serve, "exit");
  const port = await readPort(serve.stdout);
  serve.stdout.resume();
  return {
    port,
    name,
    pid: serve.pid ?? 0,
    socketPath: join(runDir, "jailer.sock"),
    runnerUids: [runnerUid, runnerUid + MOST_RUNNERS - 1],
    async [Symbol.asyncDispose]() {
      serve.kill("SIGTERM");
      await exited;
      for (const end of ["", ".1"])
        await rm(`${startsLogPath({ dataDir, instance: name })}${end}`, { force: true });
    },
  };
}

/** Every valid JSON text is YAML as well. */
function places(runDir: string, dataDir: string) {
  return {
    run_dir: runDir,
    data_dir: dataDir,
    state_dir: join(runDir, "state"),
    // A release that only links to them shows the jailer no link.
    executioners_dir: join(PROJECT, "executioners"),
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
