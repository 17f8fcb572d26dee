import { addAbortSignal } from "node:stream";
import type { WebSocket } from "ws";
import type { CliContext } from "../context.ts";

/** The server takes messages up to its body limit, and none is as small as this. */
const PIECE_BYTES = 65_536;

/** Sends input to the program as it comes, and its end; resolves then, or once the signal aborts or the server is gone. */
export async function sendInput(
  stdin: CliContext["stdin"],
  socket: WebSocket,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const chunk of addAbortSignal(signal, stdin)) await sendData(socket, Buffer.from(chunk));
    await sent(socket, { type: "eof" });
  } catch (thrown) {
    if (!signal.aborted && socket.readyState === socket.OPEN) throw thrown;
  }
}

async function sendData(socket: WebSocket, data: Buffer): Promise<void> {
  for (let at = 0; at < data.length; at += PIECE_BYTES) {
    const piece = data.subarray(at, at + PIECE_BYTES).toString("base64");
    await sent(socket, { type: "data", stream: "stdin", data: piece, encoding: "base64" });
  }
}

/** Settles when the kernel has it, so that a program that does not read holds the input back. */
function sent(socket: WebSocket, message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(JSON.stringify(message), (error) => (error ? reject(error) : resolve()));
  });
}
