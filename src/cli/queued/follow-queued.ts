import { setTimeout as sleep } from "node:timers/promises";
import { isOver } from "../../api/queued-job.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { eventsOf } from "../job/events-of.ts";
import type { JobsApi } from "./jobs-api.ts";
import type { QueuedEvent } from "./queued-event.ts";
import { storedEvents } from "./stored-events.ts";
import { Unseen } from "./unseen.ts";

/** A server that restarts is back by then; between tries it is left alone. */
const MOST_TRIES = 60;
const PAUSE_MS = 1_000;

/** Where the server is, and when to stop. */
export interface FollowDeps {
  readonly api: JobsApi;
  readonly url: string;
  readonly stop: AbortSignal;
  /** Hears that the server went away, once each time. */
  readonly onLost: () => void;
  /** Between two calls of a server that is not there, in milliseconds. */
  readonly pauseMs?: number;
}

/**
 * Yields what becomes of a job, from its start to its end, also where that is over already; a server that goes away for a while
 * is called again, and nothing told twice. Throws what the job failed of, or `server_unreachable`.
 */
export async function* followQueued(id: string, deps: FollowDeps): AsyncGenerator<QueuedEvent> {
  const unseen = new Unseen();
  let tries = MOST_TRIES;
  while (true) {
    try {
      for await (const event of oneConnection(id, deps)) {
        tries = 0;
        const fresh = unseen.of(event);
        if (fresh !== null) yield fresh;
      }
      return;
    } catch (error) {
      await pauseAfter(error, tries, deps);
      tries += 1;
      unseen.restart();
    }
  }
}

/** Waits until a server that went away may be there again. Throws any other error again, and this one after the last try. */
async function pauseAfter(error: unknown, tries: number, deps: FollowDeps): Promise<void> {
  if (deps.stop.aborted || !isLost(error) || tries >= MOST_TRIES) throw error;
  if (tries === 0) deps.onLost();
  await sleep(deps.pauseMs ?? PAUSE_MS, undefined, { signal: deps.stop });
}

/**
 * What is told until the job is over. A job that ended before anything of its last start was told has its output in its result
 * alone, which the stream gives without.
 */
async function* oneConnection(id: string, { api, url, stop }: FollowDeps): AsyncGenerator<QueuedEvent> {
  let isTold = false;
  for await (const event of eventsOf<QueuedEvent>(url, await api.events(id), stop)) {
    if (event.event !== "state") isTold = true;
    else if (isOver(event.state) && !isTold) {
      yield* storedEvents(await api.find(id), url);
      return;
    } else isTold = isTold && isOver(event.state);
    yield event;
    if (event.event === "state" && event.state === "cancelled") return;
  }
}

/** What a server says that goes away, or nobody. */
const LOST: readonly string[] = ["server_unreachable", "stopping"];

/** Called for the first time a server that is not there is told at once; later on it may come back. */
function isLost(error: unknown): boolean {
  return error instanceof CrankcaseError && LOST.includes(error.code);
}
