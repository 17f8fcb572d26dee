import { once } from "node:events";
import type { WorkflowSharing } from "../queue/workflow-store.ts";

/** Workflows of one process alone: each is its to drive, and nobody tells anything. */
export function sharedWithNobody(): WorkflowSharing {
  return {
    isShared: false,
    claim: async () => ({ lost: new AbortController().signal, [Symbol.asyncDispose]: async () => undefined }),
    async heard(_subject, signal) {
      if (!signal.aborted) await once(signal, "abort");
    },
    tell: () => undefined,
  };
}
