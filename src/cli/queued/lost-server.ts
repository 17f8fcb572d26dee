import { setTimeout as sleep } from "node:timers/promises";
import { CrankcaseError } from "../../errors/crankcase-error.ts";

/**
 * A server that restarts is back by then; between tries it is left alone. Who has not reached it yet begins with all of them, so
 * that a server that is not there is told at once.
 */
export const MOST_TRIES = 60;
const PAUSE_MS = 1_000;

/** When to stop waiting for a server, and who hears of it. */
export interface LostDeps {
  readonly stop: AbortSignal;
  /** Hears that the server went away, once each time. */
  readonly onLost: () => void;
  /** Between two calls of a server that is not there, in milliseconds. */
  readonly pauseMs?: number;
}

/** Waits until a server that went away may be there again. Throws any other error again, and this one after the last try. */
export async function pauseAfter(error: unknown, tries: number, deps: LostDeps): Promise<void> {
  if (deps.stop.aborted || !isLost(error) || tries >= MOST_TRIES) throw error;
  if (tries === 0) deps.onLost();
  await sleep(deps.pauseMs ?? PAUSE_MS, undefined, { signal: deps.stop });
}

/** What a server says that goes away, or nobody. */
const LOST: readonly string[] = ["server_unreachable", "stopping"];

function isLost(error: unknown): boolean {
  return error instanceof CrankcaseError && LOST.includes(error.code);
}
