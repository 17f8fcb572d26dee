import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 5;

/** Resolves when the condition holds; rejects, naming what was awaited, when it does not hold in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(POLL_MS);
  }
}
