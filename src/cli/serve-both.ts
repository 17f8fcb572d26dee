import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { daemonCommand, jailerCommand } from "./child-commands.ts";
import type { CliContext } from "./context.ts";
import { daemonUser } from "./daemon-user.ts";
import { makeRunFolders, requireJailer, requireReadable } from "./run-folders.ts";
import { supervise } from "./supervise.ts";

/** What the daemon needs after its grace to end its last connections, and the jailer to end its jails. */
const LAST_STEPS_MS = 5_000;

/**
 * Keeps jailer and daemon alive until asked to stop: first the daemon ends, with its jobs, then the jailer. The daemon
 * waits for the jailer by itself. Throws `start_failed` when one of the two cannot live.
 */
export async function serveBoth(config: Config, log: Logger, context: CliContext): Promise<void> {
  const user = await daemonUser(config.user);
  await requireReadable(context.projectDir, context.commandLine[0] ?? "", user);
  await requireJailer(config);
  await makeRunFolders(config, user);
  const daemonStop = new AbortController();
  const jailerStop = new AbortController();
  const stopDaemon = () => daemonStop.abort();
  context.stop.addEventListener("abort", stopDaemon, { once: true });
  if (context.stop.aborted) stopDaemon();
  const jailer = { name: "jailer", command: jailerCommand(config, user), graceMs: LAST_STEPS_MS };
  const graceMs = config.shutdownGraceMs + LAST_STEPS_MS;
  const daemon = { name: "daemon", command: daemonCommand(context.commandLine, user), graceMs };
  const jailerEnd = supervise(jailer, log, jailerStop.signal).finally(stopDaemon);
  const daemonEnd = supervise(daemon, log, daemonStop.signal).finally(() => jailerStop.abort());
  const ends = await Promise.allSettled([jailerEnd, daemonEnd]);
  const failure = ends.find((end) => end.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
