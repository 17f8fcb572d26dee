import { setTimeout as sleep } from "node:timers/promises";
import { TIME_FACTOR } from "./time-factor.ts";

const POLL_MS = 5;

/** Resolves when the condition holds; rejects, naming what was awaited, when it does not hold in time (times TIME_FACTOR). */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const patienceMs = timeoutMs * TIME_FACTOR;
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${patienceMs} ms: ${what}`);
    await sleep(POLL_MS);
  }
}
