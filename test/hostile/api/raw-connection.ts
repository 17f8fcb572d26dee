import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { TIME_FACTOR } from "../../support/time-factor.ts";

/** A TCP connection to the server, and what came over it. */
export interface RawConnection extends Disposable {
  readonly socket: Socket;
  /** All that came so far, a byte a character. */
  readonly text: () => string;
  /** Status of every answer so far. */
  readonly statuses: () => number[];
  /** Whether the server's side has ended. */
  readonly ended: () => boolean;
}

/** As much of what comes is kept. */
const KEPT_BYTES = 1_000_000;

/** The head of an answer; the text of no body here looks like it. */
const STATUS_LINE = /HTTP\/1\.1 (\d{3}) /g;

/** Connects to the server at a URL, from an address of this machine's. Faults of the connection end it, and are nobody's. */
export async function rawConnection(url: string, localAddress = "127.0.0.1"): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  let [kept, ended] = ["", false];
  socket.on("data", (data: Buffer) => {
    if (kept.length < KEPT_BYTES) kept += data.toString("latin1");
  });
  socket.on("error", () => undefined);
  for (const end of ["end", "close"]) {
    socket.once(end, () => {
      ended = true;
    });
  }
  await once(socket, "connect");
  return {
    socket,
    text: () => kept,
    statuses: () => [...kept.matchAll(STATUS_LINE)].map(([, status]) => Number(status)),
    ended: () => ended,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** Sends bytes over a connection of their own; resolves when the server has ended it, or kept silent over it for long enough. */
export async function exchange(
  url: string,
  bytes: string | Buffer,
  silenceMs = 1_500,
): Promise<RawConnection> {
  const connection = await rawConnection(url);
  connection.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  await settled(connection, silenceMs);
  return connection;
}

/** Resolves when the server has said a text over a connection, ended it, or done neither for a time, in milliseconds. */
export async function hears(
  { ended, text }: RawConnection,
  wanted: string,
  patienceMs = 5_000,
): Promise<boolean> {
  const deadline = performance.now() + patienceMs * TIME_FACTOR;
  while (!ended() && !text().includes(wanted) && performance.now() < deadline) await sleep(10);
  return text().includes(wanted);
}

/** Resolves when the server has ended a connection, or has sent nothing over it for a time, in milliseconds. */
export async function settled({ ended, text }: RawConnection, silenceMs: number): Promise<void> {
  const patienceMs = silenceMs * TIME_FACTOR;
  let [length, since] = [0, performance.now()];
  while (!ended() && performance.now() - since < patienceMs) {
    await sleep(10);
    if (text().length !== length) [length, since] = [text().length, performance.now()];
  }
}
