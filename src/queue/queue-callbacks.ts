import { type Callbacks, createCallbacks } from "../callbacks/callbacks.ts";
import type { DueAnswer, DueQuestion, TriedCallback } from "../callbacks/due-callback.ts";
import { type SendCallbackDeps, sendCallback } from "../callbacks/send-callback.ts";
import type { JobStore, KeptCallback, TriedCallback as TriedStanding } from "./job-store.ts";
import { queuedState } from "./queued-state.ts";

/** What telling of jobs that are over takes. */
export interface QueueCallbacksDeps extends SendCallbackDeps {
  readonly store: Pick<JobStore, "dueCallbacks" | "callbackTried" | "find">;
  /** Hears of what cannot be read or remembered for now. */
  readonly warn: (text: string) => void;
}

/** What telling of anything that is kept takes. */
export interface StoredCallbacksDeps extends SendCallbackDeps {
  readonly due: (question: DueQuestion, now: number) => Promise<DueAnswer<KeptCallback>>;
  readonly tried: (tried: TriedStanding) => Promise<void>;
  /** What is sent. */
  readonly body: (id: string) => Promise<string>;
  readonly warn: (text: string) => void;
}

/** Tells callers of their jobs that are over; what is due outlives the process. */
export function queueCallbacks({ store, ...deps }: QueueCallbacksDeps): Callbacks {
  return storedCallbacks({
    ...deps,
    due: (question, now) => store.dueCallbacks(question, now),
    tried: (tried) => store.callbackTried(tried),
    body: (id) => bodyOf(id, store),
  });
}

/** Sends what is due of a store, and notes there what came of it. */
export function storedCallbacks({ due, tried, body, warn, ...sending }: StoredCallbacksDeps): Callbacks {
  return createCallbacks({
    async due(question) {
      const answer = await due(question, Date.now());
      return { ...answer, due: answer.due.map((one) => ({ ...one, body: () => body(one.id) })) };
    },
    send: (delivery, stop) => sendCallback(delivery, sending, stop),
    onTried: (id, what) => tried({ id, ...standing(what) }),
    onError: (error) => warn(`callbacks wait: ${error instanceof Error ? error.message : error}`),
  });
}

/** The job as its caller would get it. */
async function bodyOf(id: string, store: Pick<JobStore, "find">): Promise<string> {
  const [found] = await store.find([id]);
  if (found === undefined) throw new Error(`job ${id} has expired`);
  return JSON.stringify(queuedState(found, null));
}

function standing({ outcome, tries, nextAtMs }: TriedCallback) {
  const state = outcome.ok ? "delivered" : nextAtMs === null ? "failed" : "waiting";
  return { state, tries, message: outcome.ok ? null : outcome.message, dueAt: nextAtMs } as const;
}
