import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** Where to listen. */
export interface ListenAt {
  readonly bindAddress: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A listening socket that was passed in (`requireListeningSocket`): it is used instead of the address. */
  readonly listenFd?: number | undefined;
}

/** Connections that may wait to be accepted; the kernel's own bound (net.core.somaxconn) is as much. */
const BACKLOG = 4_096;

/** Starts to accept connections, and gives back where, for example `http://127.0.0.1:2000`. Throws `start_failed`. */
export async function listen(server: Server, { bindAddress, port, listenFd }: ListenAt): Promise<string> {
  try {
    // Node reads the backlog of a passed socket from the second argument only.
    if (listenFd !== undefined) server.listen({ fd: listenFd }, BACKLOG);
    else server.listen({ host: bindAddress, port, backlog: BACKLOG });
    if (!server.listening) await once(server, "listening");
  } catch (cause) {
    const where = listenFd === undefined ? `${bindAddress}, port ${port}` : `descriptor ${listenFd}`;
    const message = `Cannot listen on ${where}: ${(cause as Error).message}`;
    throw new CrankcaseError("start_failed", message, { cause });
  }
  return urlOf(server.address() as AddressInfo);
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/**
 * What to tell the operator where a passed socket listens elsewhere than the configuration says; null where it does
 * not. `url` is what `listen` gave back.
 */
export function addressWarning(url: string, { bindAddress, port, listenFd }: ListenAt): string | null {
  if (listenFd === undefined) return null;
  const at = new URL(url);
  const samePort = port === 0 || port === Number(at.port || "80");
  if (samePort && hostNames(bindAddress).includes(at.hostname)) return null;
  return `The service listens on ${url}, but the configuration says ${bindAddress}, port ${port}: the socket was made before it was changed. Run install.sh again, and it is made anew.`;
}

/** The address as URLs have it: in brackets and in its shortest form where it is IPv6. */
function hostNames(address: string): readonly string[] {
  if (address === "localhost") return ["127.0.0.1", "[::1]"];
  const host = address.includes(":") ? `[${address}]` : address;
  return [URL.parse(`http://${host}`)?.hostname ?? address];
}
