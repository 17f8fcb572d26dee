/** Where a job can stand; apart from the schema, which every command's start would else load a library for. */
export const jobStates = ["queued", "running", "done", "failed", "interrupted", "cancelled"] as const;

/** One of them. */
export type JobState = (typeof jobStates)[number];
