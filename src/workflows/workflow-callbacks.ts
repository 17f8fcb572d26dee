import type { ErrorBody } from "../api/error-body.ts";
import type { Callbacks } from "../callbacks/callbacks.ts";
import type { SendCallbackDeps } from "../callbacks/send-callback.ts";
import type { CrankcaseError } from "../errors/crankcase-error.ts";
import { storedCallbacks } from "../queue/queue-callbacks.ts";
import type { WorkflowStore } from "../queue/workflow-store.ts";
import type { Progress } from "./progress.ts";
import { workflowState } from "./workflow-state.ts";

/** What telling of workflows that are over takes. */
export interface WorkflowCallbacksDeps extends SendCallbackDeps {
  readonly store: Pick<WorkflowStore, "dueWorkflowCallbacks" | "workflowCallbackTried" | "findWorkflow">;
  readonly warn: (text: string) => void;
  readonly errorBody: (error: CrankcaseError, id: string) => ErrorBody;
}

/** Tells callers of their workflows that are over; what is due outlives the process. */
export function workflowCallbacks({ store, errorBody, ...deps }: WorkflowCallbacksDeps): Callbacks {
  return storedCallbacks({
    ...deps,
    due: (question, now) => store.dueWorkflowCallbacks(question, now),
    tried: (tried) => store.workflowCallbackTried(tried),
    async body(id) {
      const found = await store.findWorkflow(id);
      if (found === null) throw new Error(`workflow ${id} has expired`);
      return JSON.stringify(workflowState(found.record, JSON.parse(found.progress) as Progress, errorBody));
    },
  });
}
