import type { Socket } from "node:net";
import type { WebSocket } from "@fastify/websocket";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { STALL_MS } from "./room-in.ts";

/** What may wait for a reader inside this process, in bytes; beyond it the sender is held back. */
const WAITING_BYTES = 16_384;

/** How often a peer is asked whether it lives; one that misses two answers is dead. */
const PING_MS = 30_000;
const MOST_MISSED = 2;

/** While its messages are not read, only writing to it can tell that it left. */
const PROBE_MS = 500;

/** The other end of a WebSocket, as somebody who sends text to it sees it. */
export interface WebSocketPeer {
  /** Aborts with `cancelled` once the peer has left, or was closed from here. */
  readonly gone: AbortSignal;
  /** Sends a message as JSON. A promise settles when the peer has made room for more, or is gone; it never rejects. */
  send(message: object): void | Promise<void>;
  /** Settles when all that was sent has left this process, or the peer is gone. */
  flushed(): Promise<void>;
  /** Stops reading its messages. A few that have arrived may still come. */
  pause(): void;
  resume(): void;
  /** Closes after what was sent; a second time is harmless. */
  close(code: number, reason: string): void;
}

/**
 * Watches over a WebSocket: it ends when its TCP connection does, when the peer answers no ping, and when the peer takes
 * nothing of what waits for it for a minute.
 */
export function webSocketPeer(socket: WebSocket, connection: Socket): WebSocketPeer {
  const gone = new AbortController();
  const leave = () => gone.abort(new CrankcaseError("cancelled", "The caller left before the job's end."));
  let missed = 0;
  let probe: NodeJS.Timeout | undefined;
  const heard = () => {
    missed = 0;
  };
  const ping = setInterval(() => {
    // A peer that is still being written to is judged by that.
    if (socket.isPaused || socket.bufferedAmount > 0) return;
    if (missed === MOST_MISSED) return socket.terminate();
    missed += 1;
    pingIfOpen(socket);
  }, PING_MS);
  // The connection's own end comes first, also where the socket is not read.
  connection.once("close", () => {
    clearInterval(ping);
    clearInterval(probe);
    leave();
  });
  socket.on("pong", heard);
  socket.on("message", heard);
  return {
    gone: gone.signal,
    send(message) {
      const text = JSON.stringify(message);
      if (socket.bufferedAmount >= WAITING_BYTES) return sent(socket, text);
      if (isOpen(socket)) socket.send(text);
      return undefined;
    },
    flushed: () => sent(socket, null),
    pause() {
      if (socket.isPaused) return;
      socket.pause();
      probe = setInterval(() => pingIfOpen(socket), PROBE_MS);
    },
    resume() {
      clearInterval(probe);
      socket.resume();
    },
    close(code, reason) {
      leave();
      // Its answer to the close must be read.
      clearInterval(probe);
      socket.resume();
      if (isOpen(socket)) socket.close(code, reason);
    },
  };
}

function isOpen(socket: WebSocket): boolean {
  return socket.readyState === socket.OPEN;
}

function pingIfOpen(socket: WebSocket): void {
  if (isOpen(socket)) socket.ping();
}

/** Sends a text, or nothing but a ping, and settles when it has gone to the kernel after all before it. */
function sent(socket: WebSocket, text: string | null): Promise<void> {
  if (!isOpen(socket)) return Promise.resolve();
  return new Promise((resolve) => {
    const stalled = setTimeout(() => socket.terminate(), STALL_MS);
    const done = () => {
      clearTimeout(stalled);
      resolve();
    };
    if (text === null) socket.ping(undefined, undefined, done);
    else socket.send(text, done);
  });
}
