import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { Config } from "../config/config.ts";

/** Descriptors for what is no connection and no jail: Node's own, the log, definitions that are read again, kept files. */
const OWN_DESCRIPTORS = 200;

/** A slot's job has a jail, and another one that is just closing; a jail has one descriptor. */
const DESCRIPTORS_PER_SLOT = 4;

/** However few descriptors there are, somebody must get in. */
const FEWEST_CONNECTIONS = 32;

/** The operator is told of callers that were cut once in so long, in milliseconds. */
const TELL_EVERY_MS = 60_000;

/**
 * Lets no more callers be connected than there are descriptors for; `warn` hears of those that were cut, once a minute at
 * most.
 */
export async function boundConnections(
  server: Server,
  config: Pick<Config, "slots" | "readyJails">,
  warn: (text: string) => void,
): Promise<void> {
  const most = mostConnections(await openFilesLimit(), config);
  let toldAt = Number.NEGATIVE_INFINITY;
  server.maxConnections = most;
  server.on("drop", () => {
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    warn(`${most} callers are connected, and more are cut: the limit of open files allows no more`);
  });
}

/**
 * Callers that may be connected at one time: those above are cut, and not those that run jobs refused for want of a
 * descriptor. `openFiles` is what this process may open.
 */
export function mostConnections(
  openFiles: number,
  { slots, readyJails }: Pick<Config, "slots" | "readyJails">,
): number {
  const kept = OWN_DESCRIPTORS + DESCRIPTORS_PER_SLOT * slots + readyJails;
  return Math.max(FEWEST_CONNECTIONS, openFiles - kept);
}

/** What this process may open at one time; Node has raised it as far as it may (proc_pid_limits(5)). */
export async function openFilesLimit(): Promise<number> {
  const limits = await readFile("/proc/self/limits", "utf8");
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  return soft === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(soft ?? 1_024);
}
