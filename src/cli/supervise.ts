import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { Logger } from "pino";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** A child to keep alive. */
export interface Child {
  /** What to call it in messages. */
  readonly name: string;
  readonly command: readonly string[];
  /** Makes what it expects to find, before each start: somebody may have removed it. A failure counts as a death. */
  readonly prepare?: () => Promise<void>;
  /** Nothing of it outlives its process that the next one could meet: it is started at once when it dies the first time. */
  readonly needsNoPause?: boolean;
  /** How long it may take to end after SIGTERM, in milliseconds; then it is killed. */
  readonly graceMs: number;
  /** Exit codes after which another start is in vain, and what to tell the operator of each. */
  readonly refusals?: Readonly<Record<number, string>>;
  /** Gets every line of its stderr, which otherwise is ours. */
  readonly onLine?: (line: string) => void;
  /** A descriptor of ours that it gets, under the same number. */
  readonly keepsFd?: number | undefined;
  /** Hears how to send a signal to each process that is started. */
  readonly onStart?: (kill: (signal: "SIGHUP") => void) => void;
}

/** How a child ended. */
interface End {
  /** In words: the signal, the exit code, or why it did not start. */
  readonly text: string;
  readonly exitCode: number | undefined;
}

/** A child that dies is back within a second; the pause doubles with each death that follows a short life. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 800;

/** The first descriptor after stdin, stdout and stderr. */
const FIRST_FREE_FD = 3;

/** Dying this often within this time is no accident. */
const MOST_DEATHS = 5;
const DEATHS_WITHIN_MS = 10_000;

/**
 * Starts a child and starts it again whenever it dies, until the signal aborts; then it gets SIGTERM, and this resolves
 * when it has ended. Throws `start_failed` when it refuses to run, or dies again and again.
 */
export async function supervise(child: Child, log: Logger, stop: AbortSignal): Promise<void> {
  const deaths: number[] = [];
  while (!stop.aborted) {
    const end = await runPrepared(child, log, stop);
    if (stop.aborted) return;
    const refusal = child.refusals?.[end.exitCode ?? 0];
    if (refusal !== undefined) throw new CrankcaseError("start_failed", refusal);
    deaths.push(performance.now());
    const recent = deaths.filter((time) => time > performance.now() - DEATHS_WITHIN_MS).length;
    if (recent >= MOST_DEATHS) throw givenUp(child, recent, end.text);
    const isFirst = recent === 1 && child.needsNoPause === true;
    const pauseMs = isFirst ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (recent - 1), LONGEST_PAUSE_MS);
    log.error({ child: child.name, end: end.text, pauseMs }, "a child died and is started again");
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function runPrepared(child: Child, log: Logger, stop: AbortSignal): Promise<End> {
  try {
    await child.prepare?.();
  } catch (error) {
    return { text: (error as Error).message, exitCode: undefined };
  }
  return await runOnce(child, log, stop);
}

/** Runs the child once, and tells how it ended. */
async function runOnce(child: Child, log: Logger, stop: AbortSignal): Promise<End> {
  const { name, command, graceMs, onLine, keepsFd, onStart } = child;
  const [file = "", ...args] = command;
  // A session of its own: Ctrl-C reaches us alone, so that the daemon can end its jobs before the jailer goes.
  const running = execa(file, args, {
    stdio: ["ignore", "inherit", onLine === undefined ? "inherit" : "pipe", ...passedOn(keepsFd)],
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    cancelSignal: stop,
    killSignal: "SIGTERM",
    forceKillAfterDelay: graceMs,
  });
  if (onLine !== undefined && running.stderr !== null)
    createInterface({ input: running.stderr }).on("line", onLine);
  onStart?.((signal) => running.kill(signal));
  log.info({ child: name, pid: running.pid }, "child started");
  const { exitCode, signal, originalMessage } = await running;
  const text =
    signal ?? (exitCode === undefined ? (originalMessage ?? "not started") : `exit code ${exitCode}`);
  return { text, exitCode };
}

/** The part of stdio after stderr that leaves the descriptor where it is; libuv closes all others in the child. */
function passedOn(fd: number | undefined): ("ignore" | "inherit")[] {
  if (fd === undefined) return [];
  return [...Array.from({ length: fd - FIRST_FREE_FD }, () => "ignore" as const), "inherit"];
}

function givenUp({ name }: Child, times: number, end: string): CrankcaseError {
  const seconds = DEATHS_WITHIN_MS / 1000;
  const message = `The ${name} died ${times} times within ${seconds} seconds (the last time: ${end}). Its own messages above say why.`;
  return new CrankcaseError("start_failed", message);
}
