import { access } from "node:fs/promises";
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** How often it is looked whether somebody has removed the socket, in milliseconds. */
const LOOK_MS = 1_000;

/** The operator's way in, for as long as it is open. Disposing ends it and its connections. */
export interface OperatorDoor extends AsyncDisposable {}

/**
 * Keeps a socket at a path: `listen` makes it, or gives null where it cannot yet. One that was removed, with its folder
 * perhaps, is made anew.
 */
export async function openOperatorDoor(
  path: string,
  listen: () => Promise<Server | null>,
  lookMs = LOOK_MS,
): Promise<OperatorDoor> {
  const open = new Set<Server>();
  const openOne = async () => {
    // Its close removes whatever is at the path by then: the one before is closed first. Who is connected to it stays so.
    for (const server of open) server.close(() => open.delete(server));
    const server = await listen();
    if (server !== null) open.add(server);
  };
  await openOne();
  const stop = new AbortController();
  const looking = lookWhile(stop.signal, lookMs, async () => {
    if (!(await isThere(path))) await openOne();
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await looking;
      for (const server of open) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function lookWhile(signal: AbortSignal, pauseMs: number, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    // What cannot be made now can be at a later look.
    if (!signal.aborted) await look().catch(() => undefined);
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
