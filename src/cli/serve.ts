import { once } from "node:events";
import { type ConfigRequest, loadConfig } from "../config/load-config.ts";
import { createLog } from "../daemon/log.ts";
import { requireUsableKeys } from "../daemon/open-access.ts";
import { requireListeningSocket } from "../daemon/passed-socket.ts";
import type { CliContext } from "./context.ts";

/** What the command line says of the configuration. */
export type ServeOptions = Pick<ConfigRequest, "file" | "flags"> & {
  /** Number of the descriptor that is a listening socket, from whoever started this. */
  readonly listenFd?: number | undefined;
};

/**
 * `crankcase serve`: as root the parent of jailer and daemon, otherwise the daemon alone, beside a jailer that runs
 * already. Resolves after it was asked to stop and everything has ended. Throws `invalid_config` or `start_failed`.
 */
export async function serve(options: ServeOptions, context: CliContext): Promise<number> {
  const { env, projectDir, stop, version, release } = context;
  const { listenFd } = options;
  // Before anything opens a descriptor of this number, and in the parent too: its daemon would die of it again and again.
  if (listenFd !== undefined) await requireListeningSocket(listenFd);
  // One that comes before there is anything to reload must not end us.
  context.onHangUp(() => undefined);
  const load = () => loadConfig({ ...options, env, projectDir });
  const { config, notes } = await load();
  const log = createLog(config.logLevel);
  // Here too, so that a start without a needed key ends at once, and not after some deaths of the daemon.
  if (config.store === "embedded") await requireUsableKeys(config);
  // Each of the two loads its own part alone: the daemon starts no programs, and the parent serves nothing.
  if (context.uid === 0) {
    const { serveBoth } = await import("./serve-both.ts");
    await serveBoth(config, log, context, listenFd);
    return 0;
  }
  const { startDaemon } = await import("../daemon/start-daemon.ts");
  const again = { loadConfig: load, onHangUp: context.onHangUp };
  await using _daemon = await startDaemon(config, { log, version, release, notes, stop, listenFd, ...again });
  if (!stop.aborted) await once(stop, "abort");
  return 0;
}
