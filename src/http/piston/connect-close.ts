/** Why the server closes a connection; Piston's own numbers and words. */
export const CLOSE = {
  alreadyInitialized: [4000, "Already Initialized"],
  initTimeout: [4001, "Initialization Timeout"],
  notifiedError: [4002, "Notified Error"],
  notInitialized: [4003, "Not yet initialized"],
  onlyStdin: [4004, "Can only write to stdin"],
  invalidSignal: [4005, "Invalid signal"],
  jobCompleted: [4999, "Job Completed"],
} as const;

/** One of these reasons. */
export type CloseReason = keyof typeof CLOSE;

/** A client's breach of the rules, which ends its session. */
export class Violation extends Error {
  readonly reason: CloseReason;

  constructor(reason: CloseReason) {
    super(reason);
    this.reason = reason;
  }
}
