import { type Slots, stopping } from "../slots/slots.ts";

/** Takes no new job and waits for the running ones; those that outlast the grace are killed. Resolves when none is left. */
export async function drain(slots: Slots, kill: AbortController, graceMs: number): Promise<void> {
  slots.close();
  const deadline = setTimeout(() => kill.abort(stopping()), graceMs);
  try {
    await slots.idle();
  } finally {
    clearTimeout(deadline);
  }
}
