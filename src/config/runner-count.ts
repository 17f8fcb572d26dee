import type { Config } from "./config.ts";

/** How many runners there are, each with a uid, a gid and a place of the jailer's: one for each jail that may exist at once. */
export function runnerCount({ slots, readyJails }: Pick<Config, "slots" | "readyJails">): number {
  return slots + readyJails;
}
