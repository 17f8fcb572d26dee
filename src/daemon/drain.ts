import { once } from "node:events";
import { type Slots, stopping } from "../slots/slots.ts";
import type { Connections } from "./connections.ts";

/** What is drained. */
export interface DrainDeps {
  readonly connections: Connections;
  readonly slots: Slots;
  /** Ends the jobs that run. */
  readonly kill: AbortController;
  readonly graceMs: number;
}

/**
 * Lets every accepted connection have its answers, and the jobs that run or wait their end; what outlasts the grace is
 * refused or killed. Nothing new may be accepted any more. Resolves when no job is left.
 */
export async function drain({ connections, slots, kill, graceMs }: DrainDeps): Promise<void> {
  const grace = AbortSignal.timeout(graceMs);
  const over = once(grace, "abort");
  // The connections first: as long as one is open, another job may come.
  const answered = connections.drained(grace).then(() => slots.idle());
  await Promise.race([answered.catch(() => over), over]);
  slots.close();
  kill.abort(stopping());
  await slots.idle();
}
