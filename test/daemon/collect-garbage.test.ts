import { setTimeout as sleep } from "node:timers/promises";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { collectGarbage } from "../../src/daemon/collect-garbage.ts";
import { until } from "../support/until.ts";

const QUIET_MS = 20;
const GARBAGE_BYTES = 64 * 1_048_576;

let collections = 0;

beforeEach(() => {
  setFlagsFromString("--expose-gc");
  const gc: NonNullable<typeof globalThis.gc> = runInNewContext("gc");
  collections = 0;
  globalThis.gc = ((options: NodeJS.GCOptions) => {
    collections += 1;
    gc(options);
  }) as typeof gc;
});
afterEach(() => {
  globalThis.gc = undefined;
});

test("what jobs have left is collected once nothing runs", async () => {
  leaveGarbage();
  const full = usedBytes();
  using _collecting = collectGarbage({ running: 0, waiting: 0 }, QUIET_MS);
  await until("the garbage is gone", () => usedBytes() < full - GARBAGE_BYTES / 2);
});

test("while jobs run or wait nothing is collected, and an idle daemon collects no more than once", async () => {
  const work = { running: 1, waiting: 0 };
  using _collecting = collectGarbage(work, QUIET_MS);
  await sleep(10 * QUIET_MS);
  work.running = 0;
  work.waiting = 1;
  await sleep(10 * QUIET_MS);
  expect(collections).toBe(0);
  work.waiting = 0;
  await until("it is collected", () => collections === 1);
  await sleep(10 * QUIET_MS);
  expect(collections).toBe(1);
});

/** One array of numbers with a fraction, which nobody has any more. */
function leaveGarbage(): void {
  const numbers = Array.from({ length: GARBAGE_BYTES / 8 }, (_, index) => index + 0.5);
  expect(numbers).toHaveLength(GARBAGE_BYTES / 8);
}

function usedBytes(): number {
  return getHeapStatistics().used_heap_size;
}
