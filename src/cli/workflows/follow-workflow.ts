import { eventsOf } from "../job/events-of.ts";
import { type LostDeps, MOST_TRIES, pauseAfter } from "../queued/lost-server.ts";
import type { WorkflowEvent } from "./workflow-event.ts";
import type { WorkflowsApi } from "./workflows-api.ts";

/** Where the server is, and when to stop. */
export interface FollowWorkflowDeps extends LostDeps {
  readonly api: Pick<WorkflowsApi, "events" | "url">;
}

/**
 * Yields what happens to a workflow up to its end, at first where all of it stands; a server that goes away for a while is called
 * again, and tells again where all stands. Throws `not_found`, or `server_unreachable`.
 */
export async function* followWorkflow(id: string, deps: FollowWorkflowDeps): AsyncGenerator<WorkflowEvent> {
  const { api, stop } = deps;
  let tries = MOST_TRIES;
  while (true) {
    try {
      for await (const event of eventsOf<WorkflowEvent>(api.url, await api.events(id), stop)) {
        tries = 0;
        yield event;
      }
      return;
    } catch (error) {
      await pauseAfter(error, tries, deps);
      tries += 1;
    }
  }
}
