import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { NewWorkflow, UnfinishedWorkflow } from "../queue/workflow-store.ts";
import { hasRoom } from "../slots/queue-room.ts";

/** How many workflows may be under way, and what they may take of memory. */
export interface WorkflowRoomBounds {
  readonly unfinished: number;
  /** Of all their requests. */
  readonly definitionBytes: number;
}

/** What a caller is told to wait. */
const RETRY_SECONDS = 10;

/** Keeps the workflows that are under way within their bounds. */
export interface WorkflowRoom {
  readonly size: number;
  /** Takes room. Throws `busy`. */
  take(workflow: Pick<NewWorkflow, "id" | "client" | "request">): void;
  /** Takes room for one that was accepted before. */
  adopt(workflow: UnfinishedWorkflow): void;
  /** Gives it back; twice is harmless. */
  leave(id: string): void;
}

/** Nothing is under way. */
export function workflowRoom({ unfinished, definitionBytes }: WorkflowRoomBounds): WorkflowRoom {
  const inside = new Map<string, UnfinishedWorkflow>();
  let bytes = 0;
  const adopt = (one: UnfinishedWorkflow) => {
    inside.set(one.id, one);
    bytes += one.bytes;
  };
  return {
    get size() {
      return inside.size;
    },
    adopt,
    take({ id, client, request }) {
      const size = Buffer.byteLength(request);
      const own = [...inside.values()].filter((one) => one.client === client).length;
      if (!hasRoom({ queueBound: unfinished }, inside.size, own))
        throw full("As many workflows are under way as may be.");
      if (bytes + size > definitionBytes)
        throw full("The workflows that are under way are as large as may be.");
      adopt({ id, client, bytes: size });
    },
    leave(id) {
      bytes -= inside.get(id)?.bytes ?? 0;
      inside.delete(id);
    },
  };
}

function full(message: string): CrankcaseError {
  return new CrankcaseError("busy", message, { retryAfterSeconds: RETRY_SECONDS });
}
