import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";

/** Where Node's inspector listens once SIGUSR1 has opened it (nodejs.org/api/debugger.html). */
const INSPECTOR = "http://127.0.0.1:9229/json/list";

const TRIES = 100;
const PAUSE_MS = 100;

/** What the inspector tells of a program. */
interface Debuggee {
  readonly webSocketDebuggerUrl: string;
}

/** What the inspector tells of a heap, in bytes (Chrome DevTools Protocol, Runtime.getHeapUsage). */
interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

/** Lets a running Node program collect all of its garbage. */
export interface Collector extends Disposable {
  /** Resolves with the megabytes that are still used: by objects, and by buffers. */
  collect(): Promise<number>;
}

/** Opens a Node program's inspector and connects to it. Rejects where it does not open within ten seconds. */
export async function openCollector(pid: number): Promise<Collector> {
  const taken = await fetch(INSPECTOR).catch(() => null);
  if (taken !== null) throw new Error("somebody else's inspector listens on port 9229: end it first");
  process.kill(pid, "SIGUSR1");
  const socket = new WebSocket(await findAddress());
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  let last = 0;
  const collect = async () => {
    await ask(socket, ++last, "HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize } = (await ask(socket, ++last, "Runtime.getHeapUsage")) as HeapUsage;
    return (usedSize + backingStorageSize) / 2 ** 20;
  };
  return { collect, [Symbol.dispose]: () => socket.close() };
}

/** Sends a request, and resolves with its result. */
async function ask(socket: WebSocket, id: number, method: string): Promise<unknown> {
  const done = Promise.withResolvers<unknown>();
  const listen = (data: WebSocket.RawData) => {
    const message = JSON.parse(String(data));
    if (message.id === id) done.resolve(message.result);
  };
  const giveUp = () => done.reject(new Error("the daemon has ended"));
  socket.on("message", listen).on("close", giveUp);
  socket.send(JSON.stringify({ id, method }));
  try {
    return await done.promise;
  } finally {
    socket.off("message", listen).off("close", giveUp);
  }
}

async function findAddress(): Promise<string> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const list = await fetch(INSPECTOR).catch(() => null);
    const [found] = list === null ? [] : ((await list.json()) as Debuggee[]);
    if (found !== undefined) return found.webSocketDebuggerUrl;
    await sleep(PAUSE_MS);
  }
  throw new Error("the daemon's inspector has not opened");
}
