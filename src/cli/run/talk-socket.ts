import { text } from "node:stream/consumers";
import { WebSocket } from "ws";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { refusal } from "../api-call.ts";
import type { ServerAddress } from "../server-address.ts";

/** A server answers a handshake at once. */
const HANDSHAKE_MS = 10_000;

/** The server pings every 30 seconds; one that has missed several is gone, and the terminal given back. */
const SILENCE_MS = 100_000;

const PATH = "/api/v2/connect";

/** Opens a WebSocket to a server. Throws what it answers instead, or `server_unreachable`. */
export async function openTalk(
  { url, socket: path, key }: Pick<ServerAddress, "url" | "socket" | "key">,
  signal: AbortSignal,
): Promise<WebSocket> {
  const address = path === null ? new URL(PATH, url.replace(/^http/, "ws")) : `ws+unix:${path}:${PATH}`;
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const socket = new WebSocket(address, {
    headers,
    handshakeTimeout: HANDSHAKE_MS,
    perMessageDeflate: false,
  });
  // A later error is followed by the close, which tells as much.
  socket.on("error", () => undefined);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = () => {
    socket.terminate();
    reject(signal.reason);
  };
  signal.addEventListener("abort", leave, { once: true });
  socket.once("open", resolve);
  socket.once("error", (cause) =>
    reject(new CrankcaseError("server_unreachable", `${url} does not answer: ${cause.message}`, { cause })),
  );
  socket.once("unexpected-response", (_request, response) => {
    const status = response.statusCode ?? 0;
    text(response).then((body) => reject(refusal(url, status, objectOf(body))), reject);
  });
  socket.once("close", () => signal.removeEventListener("abort", leave));
  if (signal.aborted) leave();
  await promise;
  endWhenSilent(socket);
  return socket;
}

function endWhenSilent(socket: WebSocket): void {
  let heard = performance.now();
  const hear = () => {
    heard = performance.now();
  };
  socket.on("ping", hear);
  socket.on("message", hear);
  const timer = setInterval(() => {
    if (socket.isPaused) hear();
    if (performance.now() - heard > SILENCE_MS) socket.terminate();
  }, SILENCE_MS / 10);
  socket.once("close", () => clearInterval(timer));
}

function objectOf(json: string): object {
  try {
    return Object(JSON.parse(json));
  } catch {
    return {};
  }
}
