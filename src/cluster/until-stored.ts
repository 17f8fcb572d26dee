import { setTimeout as sleep } from "node:timers/promises";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** Before something is tried again that the store did not take, in milliseconds. */
const PAUSE_MS = 500;

/** Does something that the store must be told, again and again until it is there to hear it. Rejects with the signal's reason. */
export async function untilStored<Value>(action: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof CrankcaseError) || error.code !== "store_away") throw error;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }
}
