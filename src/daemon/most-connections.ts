import { readFile } from "node:fs/promises";
import type { Config } from "../config/config.ts";

/** Descriptors for what is no connection and no jail: Node's own, the log, definitions that are read again, kept files. */
const OWN_DESCRIPTORS = 200;

/** A slot's job has a jail, and another one that is just closing; a jail has one descriptor. */
const DESCRIPTORS_PER_SLOT = 4;

/** However few descriptors there are, somebody must get in. */
const FEWEST_CONNECTIONS = 32;

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
