import { setImmediate as othersTurn } from "node:timers/promises";
import type { Steps } from "../../judge/steps.ts";

/** Does work step by step, and whatever else is due in between. Rejects with the signal's reason. */
export async function inTurns<Value>(steps: Steps<Value>, signal: AbortSignal): Promise<Value> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await othersTurn();
    signal.throwIfAborted();
  }
}
