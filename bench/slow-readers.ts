// A worker of websocket-flood: the readers, apart from what measures the other jobs.
import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { WebSocket } from "ws";

/** What the worker is told. */
export interface ReadersTask {
  readonly port: number;
  readonly sockets: number;
  /** What each program writes, about. */
  readonly bytes: number;
}

/** A reader rests so long, in milliseconds, after it has read so much: a quarter of a megabyte a second for each. */
const READ_BYTES = 131_072;
const REST_MS = 500;

/** Lets a program write so many bytes, and reads them slowly; whether each arrived. */
async function flood(port: number, index: number, bytes: number): Promise<boolean> {
  const line = `socket ${index} writes a line of its own, over and over again, with an é in it\n`;
  const lines = Math.ceil(bytes / Buffer.byteLength(line));
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v2/connect`);
  socket.on("open", () => {
    const content = `import sys\nblock = ${JSON.stringify(line)} * 1000\nleft = ${lines}\nwhile left > 0:\n    sys.stdout.write(block if left >= 1000 else ${JSON.stringify(line)} * left)\n    left -= 1000\n`;
    socket.send(JSON.stringify({ type: "init", language: "python", version: "*", files: [{ content }] }));
  });
  const hash = createHash("sha256");
  let unread = 0;
  let total = 0;
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.type === "error") console.error(message);
    if (message.type !== "data") return;
    hash.update(message.data);
    const read = Buffer.byteLength(message.data);
    total += read;
    unread += read;
    if (unread < READ_BYTES) return;
    unread = 0;
    socket.pause();
    setTimeout(() => socket.resume(), REST_MS);
  });
  const code = await new Promise<number>((resolve, reject) => {
    socket.on("close", resolve);
    socket.on("error", reject);
  });
  const expected = createHash("sha256");
  for (let left = lines; left > 0; left -= 1) expected.update(line);
  const isWhole = code === 4999 && hash.digest("hex") === expected.digest("hex");
  if (!isWhole) console.error(`socket ${index}: closed with ${code} after ${total} bytes`);
  return isWhole;
}

const { port, sockets, bytes } = workerData as ReadersTask;
const floods = Array.from({ length: sockets }, (_value, index) => flood(port, index, bytes));
parentPort?.postMessage((await Promise.all(floods)).filter((isWhole) => isWhole).length);
