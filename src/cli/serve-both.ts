import { once } from "node:events";
import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { copyOutAllBaseFiles } from "../packages/base-files.ts";
import { daemonCommand, jailerCommand } from "./child-commands.ts";
import type { CliContext } from "./context.ts";
import { daemonUser } from "./daemon-user.ts";
import { makeRunFolders, requireJailer, requireReadable } from "./run-folders.ts";
import { type Child, supervise } from "./supervise.ts";

/** What the daemon needs after its grace to end its last connections, and the jailer to end its jails. */
const LAST_STEPS_MS = 5_000;

/** The jailer's exit status where another one holds its lock or its runners' uids (docs/jailer-protocol.md). */
const HELD_STATUS = 3;

/** What the jailer logs as soon as instance and uids are its own. */
const SERVES = / serves with /;

/**
 * Keeps jailer and daemon alive until asked to stop: first the daemon ends, with its jobs, then the jailer. The daemon
 * starts only when this very jailer serves: beside another one's it would take away that one's submissions. A listening
 * socket that was passed in goes on to the daemon, and to it alone. Throws `start_failed` when one of the two cannot live.
 */
export async function serveBoth(
  config: Config,
  log: Logger,
  context: CliContext,
  listenFd?: number,
): Promise<void> {
  const user = await daemonUser(config.user);
  await requireReadable(context.projectDir, context.commandLine[0] ?? "", user);
  await requireJailer(config);
  const prepare = () => makeRunFolders(config, user);
  await prepare();
  await copyOutAllBaseFiles(config.dataDir);
  const daemonStop = new AbortController();
  const jailerStop = new AbortController();
  const stopDaemon = () => daemonStop.abort();
  context.stop.addEventListener("abort", stopDaemon, { once: true });
  if (context.stop.aborted) stopDaemon();
  const serves = Promise.withResolvers<void>();
  const onLine = relayTo(context.stderr, serves.resolve);
  const jailer = { ...jailerChild(config, jailerCommand(config, user)), onLine, prepare };
  const graceMs = config.shutdownGraceMs + LAST_STEPS_MS;
  const command = daemonCommand(context.commandLine, user);
  let hangUp: ((signal: "SIGHUP") => void) | undefined;
  const onStart: Child["onStart"] = (kill) => {
    hangUp = kill;
  };
  context.onHangUp(() => hangUp?.("SIGHUP"));
  const daemon = {
    name: "daemon",
    command,
    prepare,
    needsNoPause: true,
    graceMs,
    keepsFd: listenFd,
    onStart,
  };
  const jailerEnd = supervise(jailer, log, jailerStop.signal).finally(stopDaemon);
  const mayStart = Promise.race([serves.promise, jailerEnd, aborted(daemonStop.signal)]);
  const daemonEnd = mayStart
    .then(() => supervise(daemon, log, daemonStop.signal))
    .finally(() => jailerStop.abort());
  const ends = await Promise.allSettled([jailerEnd, daemonEnd]);
  const failure = ends.find((end) => end.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

function jailerChild(config: Config, command: readonly string[]): Child {
  const held = `Another jailer holds the instance ${config.instance} or the runners' uids from ${config.runnerUidMin} on. Stop the other \`crankcase serve\`, or give this one an \`instance\`, a \`run_dir\` and a \`runner_uid_min\` of its own.`;
  return {
    name: "jailer",
    command,
    graceMs: LAST_STEPS_MS,
    refusals: { [HELD_STATUS]: held },
  };
}

/** Whoever reads what the jailer says may go, and must not take the service along: what is written then is lost. */
function relayTo(stream: NodeJS.WritableStream, onServes: () => void): (line: string) => void {
  stream.on("error", () => undefined);
  return (line) => {
    stream.write(`${line}\n`);
    if (SERVES.test(line)) onServes();
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
