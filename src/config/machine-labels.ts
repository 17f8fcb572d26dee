import { arch } from "node:os";
import type { Config } from "./config.ts";

/** What a machine has that others may lack: the configured labels, and its processor's architecture. */
export function machineLabels({ labels }: Pick<Config, "labels">): readonly string[] {
  return [...new Set([...labels, arch()])].sort();
}
