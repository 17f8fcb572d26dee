import { once } from "node:events";
import { type ConfigRequest, loadConfig } from "../config/load-config.ts";
import { createLog } from "../daemon/log.ts";
import { startDaemon } from "../daemon/start-daemon.ts";
import type { CliContext } from "./context.ts";
import { serveBoth } from "./serve-both.ts";

/** What the command line says of the configuration. */
export type ServeOptions = Pick<ConfigRequest, "file" | "flags">;

/**
 * `crankcase serve`: as root the parent of jailer and daemon, otherwise the daemon alone, beside a jailer that runs
 * already. Resolves after it was asked to stop and everything has ended. Throws `invalid_config` or `start_failed`.
 */
export async function serve(options: ServeOptions, context: CliContext): Promise<number> {
  const { env, projectDir, stop, version } = context;
  const { config, notes } = await loadConfig({ ...options, env, projectDir });
  const log = createLog(config.logLevel);
  if (context.uid === 0) {
    for (const note of notes) log.warn(note);
    await serveBoth(config, log, context);
    return 0;
  }
  await using _daemon = await startDaemon(config, { log, version, stop });
  if (!stop.aborted) await once(stop, "abort");
  return 0;
}
