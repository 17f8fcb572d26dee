import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { DaemonAccess } from "./open-access.ts";

/** Below a folder that only root and the daemon's user may enter. */
export function operatorSocketPath({ stateDir }: Pick<Config, "stateDir">): string {
  return join(stateDir, "operator.sock");
}

/**
 * Listens on a Unix socket for who is root on this machine: whoever can open it may do everything, without a key. The state
 * folder is the daemon's alone, and root's.
 */
export async function listenForOperator(
  config: Pick<Config, "stateDir">,
  listener: RequestListener,
  access: Pick<DaemonAccess, "trust">,
): Promise<Server> {
  const path = operatorSocketPath(config);
  // What a killed daemon left; another daemon over the same folder is kept away by the jailer's lock.
  await rm(path, { force: true });
  const server = createServer(listener);
  server.on("connection", (socket) => access.trust(socket));
  server.listen(path);
  await once(server, "listening");
  return server;
}
