import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, isIPv6, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";

/** What was delivered. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A receiver of callbacks on this machine; gone on disposal. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** All that came, whole. */
  readonly received: readonly Received[];
  /** Connections that came. */
  readonly connections: number;
}

/** Answers a delivery; the number says how many came before it. */
export type Answer = (response: ServerResponse, before: number, request: IncomingMessage) => void;

/** Answers with a status and nothing else. */
export function status(...statuses: readonly number[]): Answer {
  return (response, before) => {
    response.statusCode = statuses[before] ?? statuses.at(-1) ?? 200;
    response.end();
  };
}

/** Where a receiver listens, and with what certificate. */
export interface ReceiverSettings {
  readonly host?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Starts one. */
export async function startReceiver(answer: Answer, settings: ReceiverSettings = {}): Promise<Receiver> {
  const { host = "127.0.0.1", tls } = settings;
  const received: Received[] = [];
  const listener: RequestListener = async (request, response) => {
    const body = await text(request).catch(() => null);
    if (body === null) return;
    const headers = request.headers as Record<string, string>;
    received.push({ method: request.method, path: request.url, headers, body });
    answer(response, received.length - 1, request);
  };
  const server: Server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const scheme = tls === undefined ? "http" : "https";
  return {
    port,
    url: `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}/told?job=1`,
    received,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
