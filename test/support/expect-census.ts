import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { type Census, takeCensus } from "./census.ts";
import type { TestJailer } from "./start-jailer.ts";
import { TIME_FACTOR } from "./time-factor.ts";
import { until } from "./until.ts";

/** A jailer that may be another process's child. */
type CountedJailer = Pick<TestJailer, "place" | "pid">;

/** A jail ends within milliseconds; on a machine under heavy load it may take seconds. */
const GONE_WITHIN_MS = 10_000 * TIME_FACTOR;

/** Counts what there is once every session has ended. */
export async function takeQuietCensus(jailer: CountedJailer): Promise<Census> {
  let census = await takeCensus(jailer);
  await until("every session has ended", async () => {
    census = await takeCensus(jailer);
    return census.processes.length === 0;
  });
  return census;
}

/** Fails, showing what there is too much of or too little, when it is not as before in time. */
export async function expectCensus(jailer: CountedJailer, before: Census): Promise<void> {
  const deadline = performance.now() + GONE_WITHIN_MS;
  let now = await takeCensus(jailer);
  while (!isDeepStrictEqual(now, before) && performance.now() < deadline) {
    await sleep(20);
    now = await takeCensus(jailer);
  }
  expect(now).toEqual(before);
}
