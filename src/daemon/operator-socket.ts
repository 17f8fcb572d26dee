import { once } from "node:events";
import { chmod, mkdir, rm } from "node:fs/promises";
import type { RequestListener, Server } from "node:http";
import { dirname, join } from "node:path";
import type { Config } from "../config/config.ts";
import { isConnect } from "../http/web-socket-options.ts";
import type { DaemonAccess } from "./open-access.ts";

const OWNER_ONLY = 0o600;

/** An import of it would read all that it exports, and with its WebSocket load undici and HTTP/2: 5 MB that nobody uses. */
const http = process.getBuiltinModule("node:http");

/** In a folder of the run folder that only root and the daemon's user may enter. */
export function operatorSocketPath({ runDir }: Pick<Config, "runDir">): string {
  return join(runDir, "daemon/operator.sock");
}

/** The server that answers, of which this is another door. */
export interface OperatorMain {
  readonly routing: RequestListener;
  readonly server: Server;
}

/**
 * Listens on a Unix socket for who is root on this machine: whoever can open it may do everything, without a key. Null where
 * its folder is missing and cannot be made, as for a daemon that somebody started by hand without the rights for it.
 */
export async function listenForOperator(
  config: Pick<Config, "runDir">,
  main: OperatorMain,
  access: Pick<DaemonAccess, "trust">,
): Promise<Server | null> {
  const path = operatorSocketPath(config);
  const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch(() => null);
  if (made === null) return null;
  // What a killed daemon left; another daemon of this run folder is kept away by the jailer's lock.
  await rm(path, { force: true });
  const server = http.createServer({ shouldUpgradeCallback: isConnect }, main.routing);
  // Who serves WebSockets listens to the main server alone.
  server.on("upgrade", (...upgrade) => main.server.emit("upgrade", ...upgrade));
  server.on("connection", (socket) => access.trust(socket));
  server.listen(path);
  await once(server, "listening");
  await chmod(path, OWNER_ONLY);
  return server;
}
