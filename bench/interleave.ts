import { setTimeout as sleep } from "node:timers/promises";
import type { Measurement, Variant } from "./variant.ts";

/** Runs of each variant that are not counted: they fill the caches. */
const WARM_UP_ROUNDS = 3;

/** What a run leaves to do after its time was taken (a jail that is being removed) must not fall into the next one's. */
const PAUSE_MS = 3;

/**
 * Runs every variant once a round, in a new order each round: whatever else the machine does falls on all of them
 * alike, and their ratios hold where their times do not. Rejects with the signal's reason once it aborts.
 */
export async function interleave(
  variants: readonly Variant[],
  rounds: number,
  stop: AbortSignal,
): Promise<Measurement[]> {
  const measurements = variants.map((variant) => ({ variant, samples: [] as number[] }));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
    for (const { variant, samples } of shuffled(measurements)) {
      stop.throwIfAborted();
      const took = await variant.run();
      if (round >= 0) samples.push(took);
      await sleep(PAUSE_MS);
    }
  }
  return measurements;
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ item }) => item);
}
