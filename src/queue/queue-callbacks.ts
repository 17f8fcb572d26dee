import { type Callbacks, createCallbacks } from "../callbacks/callbacks.ts";
import type { TriedCallback } from "../callbacks/due-callback.ts";
import { type SendCallbackDeps, sendCallback } from "../callbacks/send-callback.ts";
import type { JobStore, KeptCallback } from "./job-store.ts";
import { queuedState } from "./queued-state.ts";

/** What telling of jobs that are over takes. */
export interface QueueCallbacksDeps extends SendCallbackDeps {
  readonly store: Pick<JobStore, "dueCallbacks" | "callbackTried" | "find">;
  /** Hears of what cannot be read or remembered for now. */
  readonly warn: (text: string) => void;
}

/** Tells callers of their jobs that are over; what is due outlives the process. */
export function queueCallbacks({ store, warn, ...sending }: QueueCallbacksDeps): Callbacks {
  return createCallbacks({
    async due(question) {
      const { due, nextAtMs } = await store.dueCallbacks(question, Date.now());
      return { due: due.map((callback) => ({ ...callback, body: () => bodyOf(callback, store) })), nextAtMs };
    },
    send: (delivery, stop) => sendCallback(delivery, sending, stop),
    onTried: (id, tried) => store.callbackTried({ id, ...standing(tried) }),
    onError: (error) => warn(`callbacks wait: ${error instanceof Error ? error.message : error}`),
  });
}

/** The job as its caller would get it. */
async function bodyOf({ id }: KeptCallback, store: Pick<JobStore, "find">): Promise<string> {
  const [found] = await store.find([id]);
  if (found === undefined) throw new Error(`job ${id} has expired`);
  return JSON.stringify(queuedState(found, null));
}

function standing({ outcome, tries, nextAtMs }: TriedCallback) {
  const state = outcome.ok ? "delivered" : nextAtMs === null ? "failed" : "waiting";
  return { state, tries, message: outcome.ok ? null : outcome.message, dueAt: nextAtMs } as const;
}
