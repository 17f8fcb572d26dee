import type { Server } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The connections of a server, from their acceptance to their end. */
export interface Connections {
  /**
   * Resolves once none is open. It waits for those with a request under way, and closes those on which none has come for
   * the linger. Rejects when the signal aborts.
   */
  drained(signal: AbortSignal): Promise<void>;
}

/** How often they are looked at, in milliseconds. */
const LOOK_MS = 50;

/**
 * Looks without a byte before an idle one is told that it is over: about a second, in which a client that was just
 * sending is heard. Looks are counted, not time: after a stall of ours what has come in the meantime is read first.
 */
const LINGER_LOOKS = 20;

/** What is known of a connection. */
interface Held {
  /** Requests without a whole answer. */
  requests: number;
  bytesRead: number;
  quietLooks: number;
}

/** Keeps account of a server's connections; call it before the server listens. */
export function watchConnections(server: Server): Connections {
  const open = new Map<Socket, Held>();
  server.on("connection", (socket) => {
    open.set(socket, { requests: 0, bytesRead: 0, quietLooks: 0 });
    socket.once("close", () => open.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    const held = open.get(socket);
    if (held === undefined) return;
    held.requests += 1;
    response.once("close", () => {
      held.requests -= 1;
    });
  });
  // A WebSocket is one long answer: its end is the connection's.
  server.on("upgrade", (_request, socket) => {
    const held = open.get(socket as Socket);
    if (held !== undefined) held.requests += 1;
  });
  return {
    async drained(signal) {
      for (;;) {
        for (const [socket, held] of open) endWhenQuiet(socket, held);
        if (open.size === 0) return;
        await sleep(LOOK_MS, undefined, { signal });
      }
    },
  };
}

function endWhenQuiet(socket: Socket, held: Held): void {
  const isQuiet = held.requests === 0 && socket.bytesRead === held.bytesRead;
  held.bytesRead = socket.bytesRead;
  held.quietLooks = isQuiet ? held.quietLooks + 1 : 0;
  // First only our half: closing both at once would answer a client that is just sending with a reset.
  if (held.quietLooks === LINGER_LOOKS) socket.end();
  if (held.quietLooks === 2 * LINGER_LOOKS) socket.destroy();
}
