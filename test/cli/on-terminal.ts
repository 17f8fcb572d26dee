import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { until } from "../support/until.ts";

/** A command on a terminal of 40 rows and 100 columns, made by script(1). Disposal kills it. */
export interface OnTerminal extends AsyncDisposable {
  /** All that was shown so far. */
  shown(): string;
  shows(text: string): Promise<void>;
  types(keys: string): void;
  resize(rows: number, columns: number): Promise<void>;
  /** What `stty -a` says of the terminal now, before the command, and after it. */
  modes(): Promise<string>;
  modesBefore(): Promise<string>;
  modesAfter(): Promise<string>;
  /** Sends the command itself a signal. */
  kill(signal: NodeJS.Signals): Promise<void>;
  readonly exitCode: Promise<number | undefined>;
}

/** Says where the terminal is and what it is like, runs the command, and says what the terminal is like then. */
const WRAPPER = `stty rows 40 cols 100
tty >"$DIR/tty"; stty -a >"$DIR/before"
sh -c 'echo $$ >"$DIR/pid"; exec "$@"' sh "$@"
code=$?
stty -a >"$DIR/after"
exit $code`;

let count = 0;

/** Starts a command on a terminal of its own. */
export async function onTerminal(
  command: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<OnTerminal> {
  count += 1;
  const place = join(folder, `terminal${count}`);
  await execa("mkdir", [place]);
  const line = ["sh", "-c", WRAPPER, "sh", ...command].map(quoted).join(" ");
  const running = execa("script", ["-qec", line, "/dev/null"], {
    env: { PATH: process.env.PATH, DIR: place, SHELL: "/bin/sh", TERM: "xterm", ...env },
    extendEnv: false,
    reject: false,
    buffer: false,
    stderr: "inherit",
  });
  let shown = "";
  running.stdout.on("data", (chunk) => {
    shown += String(chunk);
  });
  const told = async (name: string) => (await readFile(join(place, name), "utf8")).trim();
  const stty = async (...args: string[]) =>
    (await execa("stty", ["-F", await told("tty"), ...args])).stdout.trim();
  const exitCode = running.then((end) => end.exitCode);
  return {
    shown: () => shown,
    async shows(text) {
      const wait = until(`the terminal shows ${text}`, () => shown.includes(text), 20_000);
      await wait.catch((error) => {
        throw new Error(`${error.message}; it shows ${JSON.stringify(shown)}`);
      });
    },
    types: (keys) => running.stdin.write(keys),
    resize: async (rows, columns) => {
      await stty("rows", String(rows), "cols", String(columns));
    },
    modes: () => stty("-a"),
    modesBefore: () => told("before"),
    modesAfter: () => told("after"),
    kill: async (signal) => {
      process.kill(Number(await told("pid")), signal);
    },
    exitCode,
    async [Symbol.asyncDispose]() {
      running.kill("SIGKILL");
      await exitCode;
    },
  };
}

/** One word of a shell's command line; script(1) takes nothing else. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
