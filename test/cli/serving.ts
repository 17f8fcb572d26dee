import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { type JailerPlace, makeJailerPlace } from "../support/jailer-place.ts";
import { PROJECT_DIR } from "../support/test-data.ts";
import { until } from "../support/until.ts";

/** The command itself. */
export const CRANKCASE = join(PROJECT_DIR, "bin/crankcase");

/** Uids of the daemons of tests; each test process has its own. */
const FIRST_DAEMON_UID = 74_000;
const DAEMON_UIDS = 900;

/** `crankcase serve`, started as root: the parent, and below it jailer and daemon. Disposal stops all with SIGTERM. */
export interface Serving extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly place: JailerPlace;
  /** Jobs that may run at one time. */
  readonly slots: number;
  /** The YAML file that it was started with. */
  readonly configFile: string;
  /** The jailer's log of starts; gone after disposal. */
  readonly startsLog: string;
  /** What was logged so far, one JSON text or one line of the jailer's an entry. */
  readonly log: readonly string[];
  /** Process id of a child that lives now. */
  child(name: "jailer" | "daemon"): number;
  /** Processes that run as one of the runners now. */
  runnerProcesses(): Promise<number>;
  /** Resolves with the exit code when it has ended. */
  readonly exit: Promise<number | undefined>;
}

/** What else stands on its command line. */
export interface CommandLine {
  /** What starts it in the end. */
  readonly before?: readonly string[];
  readonly options?: readonly string[];
  /** The command; the project's own unless said otherwise. */
  readonly command?: string;
}

/** Starts a server of the test's own with some keys of the configuration set, and variables; resolves when it serves. */
export async function startServing(
  settings: Readonly<Record<string, unknown>> = {},
  variables: Readonly<Record<string, string>> = {},
  { before = [], options = [], command = CRANKCASE }: CommandLine = {},
): Promise<Serving> {
  await using acquired = new AsyncDisposableStack();
  const { slots = 4, ready_jails = 4 } = settings;
  const place = acquired.use(await makeJailerPlace({ slots: Number(slots) + Number(ready_jails) }));
  const config = join(dirname(place.runDir), "config.yaml");
  await writeFile(config, JSON.stringify({ ...configuration(place), ...settings, slots, ready_jails }));
  const startsLog = join(String(settings.data_dir ?? place.dataDir), "starts", `${place.instance}.log`);
  acquired.defer(async () => {
    for (const path of [startsLog, `${startsLog}.1`]) await rm(path, { force: true });
  });
  const env = { PATH: process.env.PATH, ...variables };
  const [file = "", ...args] = [...before, command, "serve", "--config", config, ...options];
  const running = execa(file, args, {
    env,
    extendEnv: false,
    reject: false,
    buffer: false,
    stdin: "ignore",
    all: true,
  });
  const log: string[] = [];
  const lines = createInterface({ input: running.all });
  lines.on("line", (line) => log.push(line));
  const exit = running.then(({ exitCode }) => exitCode);
  acquired.defer(async () => {
    running.kill("SIGTERM");
    await exit;
  });
  let ended = false;
  exit.finally(() => {
    ended = true;
  });
  await until("the server says that it is ready", () => ended || entry(log, "ready") !== undefined, 20_000);
  const url = entry(log, "ready")?.url;
  if (typeof url !== "string") throw new Error(`it did not start:\n${log.join("\n")}`);
  const owned = acquired.move();
  return {
    url,
    pid: Number(running.pid),
    place,
    slots: Number(slots),
    configFile: config,
    startsLog,
    log,
    exit,
    child: (name) => Number(entry(log, "child started", name)?.pid),
    runnerProcesses: () => countProcesses(place),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function configuration(place: JailerPlace) {
  return {
    port: 0,
    instance: place.instance,
    user: String(FIRST_DAEMON_UID + (process.pid % DAEMON_UIDS)),
    data_dir: place.dataDir,
    keys_file: join(dirname(place.runDir), "keys.json"),
    definitions_dir: join(dirname(place.runDir), "languages"),
    run_dir: place.runDir,
    state_dir: place.stateDir,
    runner_uid_min: place.runnerUidMin,
    // Whatever runs is a job then: test/pools has programs that wait for one.
    interpreters_ahead: false,
  };
}

/** The last entry with this message, and of this child. */
function entry(log: readonly string[], msg: string, child?: string): Record<string, unknown> | undefined {
  const entries = log.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return entries.findLast((line) => line.msg === msg && (child === undefined || line.child === child));
}

/** Processes whose real uid is a runner's (proc_pid_status(5)). */
async function countProcesses({ runnerUidMin, slots }: JailerPlace): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const uids = await Promise.all(pids.map(realUid));
  return uids.filter((uid) => uid >= runnerUidMin && uid < runnerUidMin + slots).length;
}

async function realUid(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1);
}
