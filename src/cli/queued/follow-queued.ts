import { isOver } from "../../api/queued-job.ts";
import { eventsOf } from "../job/events-of.ts";
import type { JobsApi } from "./jobs-api.ts";
import { type LostDeps, MOST_TRIES, pauseAfter } from "./lost-server.ts";
import type { QueuedEvent } from "./queued-event.ts";
import { storedEvents } from "./stored-events.ts";
import { Unseen } from "./unseen.ts";

/** Where the server is, and when to stop. */
export interface FollowDeps extends LostDeps {
  readonly api: JobsApi;
  readonly url: string;
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
