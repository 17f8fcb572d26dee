import { dirname } from "node:path";
import type { Host } from "./host.ts";

/** The folder, or the first above it that is there. */
export async function nearestFolder(host: Host, folder: string): Promise<string> {
  let path = folder;
  while (path !== "/" && (await host.stat(path)) === null) path = dirname(path);
  return path;
}
