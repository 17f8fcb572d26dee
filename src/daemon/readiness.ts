import type { Readiness } from "../api/readiness.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { openJail } from "../jail/open-jail.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { Slots } from "../slots/slots.ts";

/** What readiness depends on. */
export interface ReadinessDeps {
  readonly catalogue: Pick<Catalogue, "runtimes">;
  readonly slots: Pick<Slots, "acquire" | "running" | "total">;
  /** Aborts when the server was asked to stop. */
  readonly ending: AbortSignal;
  /** Path of the jailer's socket; null at a server that runs nothing itself. */
  readonly socketPath: string | null;
  /** The store that it shares with others, if it does. */
  readonly store?: { readonly fault: string | null };
}

/** Load balancers give up on a probe sooner than jobs on their jail. */
const ANSWER_TIMEOUT_MS = 2_000;

/** The jailer is asked once in so many milliseconds at most, however many ask us. */
const LEAST_PAUSE_MS = 1_000;

/** Tells whether jobs should be sent here: the server is not stopping, has a language, and its jailer makes jails. */
export function readinessOf(deps: ReadinessDeps): () => Promise<Readiness> {
  const jailerFault = atMostEvery(LEAST_PAUSE_MS, () => askJailer(deps));
  return async () => {
    const { ending, catalogue, store } = deps;
    const reasons = [
      ...(ending.aborted ? ["the server is stopping"] : []),
      ...(catalogue.runtimes.length === 0
        ? [deps.socketPath === null ? "no worker is there" : "no language is installed"]
        : []),
      ...(store === undefined || store.fault === null ? [] : ["the shared store does not answer"]),
      ...(await jailerFault()),
    ];
    return { ready: reasons.length === 0, reasons };
  };
}

/**
 * A probe takes a slot like a job, so that the jailer never has more of both than it has room for; where all are taken, it
 * makes jails.
 */
async function askJailer({ slots, ending, socketPath }: ReadinessDeps): Promise<string[]> {
  if (socketPath === null || ending.aborted || slots.running >= slots.total) return [];
  try {
    await using _slot = await slots.acquire(ending);
    await using _jail = await openJail({ socketPath, answerTimeoutMs: ANSWER_TIMEOUT_MS });
    return [];
  } catch (error) {
    // Callers without a key read this: the log has the rest, of the jobs that fail for the same reason.
    const isBusy = error instanceof CrankcaseError && error.code === "busy";
    return isBusy || ending.aborted ? [] : ["the jailer makes no jails"];
  }
}

function atMostEvery<Value>(pauseMs: number, ask: () => Promise<Value>): () => Promise<Value> {
  let last: { readonly at: number; readonly answer: Promise<Value> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at >= pauseMs) last = { at: now, answer: ask() };
    return last.answer;
  };
}
