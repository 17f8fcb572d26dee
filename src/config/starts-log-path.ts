import { join } from "node:path";
import type { Config } from "./config.ts";

/**
 * The jailer's log of jobs' starts: in the data folder, where it outlives a restart of the machine, and in a folder of root's. A
 * full one is renamed to the same with `.1` at its end (docs/jailer-protocol.md).
 */
export function startsLogPath({ dataDir, instance }: Pick<Config, "dataDir" | "instance">): string {
  return join(dataDir, "starts", `${instance}.log`);
}
