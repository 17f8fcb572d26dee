import { once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";
import { until } from "../support/until.ts";

// biome-ignore lint/suspicious/noExplicitAny: whatever the server says
type Message = any;

/** A client of the WebSocket, and what it was told. */
export interface Client extends Disposable {
  readonly socket: WebSocket;
  readonly messages: readonly Message[];
  /** All that came on a stream so far. */
  text(stream?: "stdout" | "stderr"): string;
  send(message: object): void;
  /** Waits until a stream holds a text. */
  says(text: string): Promise<void>;
  /** Waits until a message of a type has come. */
  hears(type: string): Promise<Message>;
  /** The code and the reason of the close. */
  readonly closed: Promise<readonly [number, string]>;
}

/** Opens a WebSocket; rejects where the handshake is refused. */
export async function connecting(
  url: string,
  path = "/api/v2/connect",
  options: ClientOptions = {},
): Promise<Client> {
  const socket = new WebSocket(`${url.replace("http", "ws")}${path}`, options);
  const messages: Message[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(String(data))));
  const closed = new Promise<readonly [number, string]>((resolve) => {
    socket.once("close", (code, reason) => resolve([code, String(reason)]));
  });
  await once(socket, "open");
  socket.on("error", () => undefined);
  const text = (stream = "stdout") =>
    messages
      .filter((message) => message.type === "data" && message.stream === stream)
      .map(({ data }) => data)
      .join("");
  return {
    socket,
    messages,
    text,
    closed,
    send: (message) => socket.send(JSON.stringify(message)),
    says: (wanted) => until(`it says ${wanted}`, () => text().includes(wanted), 10_000),
    async hears(type) {
      await until(`it hears ${type}`, () => messages.some((message) => message.type === type), 10_000);
      return messages.find((message) => message.type === type);
    },
    [Symbol.dispose]: () => socket.terminate(),
  };
}

/** The same, with its init sent. */
export async function initialized(url: string, init: object, path?: string): Promise<Client> {
  const client = await connecting(url, path);
  client.send({ type: "init", version: "*", ...init });
  return client;
}
