import type { IncomingMessage } from "node:http";
import type { WebsocketPluginOptions } from "@fastify/websocket";

/** Paths that speak WebSocket; anywhere else a request to change the protocol is read as the request that it is. */
const CONNECT_PATH = /\/(connect|jobs\/follow)\/?$/;

/** A peer that does not close its side within this, in milliseconds, is cut. */
const CLOSE_MS = 10_000;

/** The same at the server's own end. */
const LAST_CLOSE_MS = 1_000;

/** Whether a request with the header Upgrade is one for a WebSocket. */
export function isConnect({ method, url = "", headers }: IncomingMessage): boolean {
  const [path = ""] = url.split("?", 1);
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket" && CONNECT_PATH.test(path);
}

/** How WebSockets are served: a message may be as long as a body, and none outlasts the server. */
export function webSocketOptions({
  bodyLimitBytes,
}: {
  readonly bodyLimitBytes: number;
}): WebsocketPluginOptions {
  // The types of ws do not know closeTimeout yet.
  const options = { maxPayload: bodyLimitBytes, closeTimeout: CLOSE_MS };
  return {
    options,
    preClose(done) {
      const { clients } = this.websocketServer;
      for (const client of clients) client.close(1001, "The server is stopping");
      const cut = setTimeout(() => {
        for (const client of clients) client.terminate();
      }, LAST_CLOSE_MS);
      this.websocketServer.close(() => clearTimeout(cut));
      done();
    },
  };
}
