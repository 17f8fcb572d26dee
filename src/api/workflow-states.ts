/** Where a workflow can stand; apart from the schema, which every command's start would else load a library for. */
export const workflowStates = ["running", "succeeded", "failed", "cancelled"] as const;

/** One of them. */
export type WorkflowStateName = (typeof workflowStates)[number];
