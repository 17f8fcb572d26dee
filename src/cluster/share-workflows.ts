import type { WorkflowSharing } from "../queue/workflow-store.ts";
import { claimWorkflow } from "./driver-lease.ts";
import type { News } from "./news.ts";
import type { SharedStore } from "./shared-store.ts";
import { channels } from "./store-names.ts";

/** Who drives a workflow of those that servers share, and what they tell each other of it. */
export function shareWorkflows(store: SharedStore, news: Pick<News, "next">): WorkflowSharing {
  return {
    isShared: true,
    claim: (id) => claimWorkflow(id, store),
    heard: (subject, signal) => news.next(subject, signal),
    tell: (subject) => void store.redis.publish(channels.subject(subject), "").catch(() => undefined),
  };
}
