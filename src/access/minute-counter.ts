import { createRequire } from "node:module";
import type { RateLimiterMemory as Limiter } from "rate-limiter-flexible";
import { WINDOW_SECONDS } from "./standing.ts";

/** This part alone: the library's index loads the clients of a dozen stores, and every command's start would pay for it. */
const RateLimiterMemory: typeof Limiter = createRequire(import.meta.url)(
  "rate-limiter-flexible/lib/RateLimiterMemory.js",
);

/** Names that are counted at one time, at most; the first of them is forgotten when more come. */
const MOST_NAMES = 20_000;

/** Counts what each name did within a minute, which begins with the first. */
export interface MinuteCounter {
  /** Counts one more. Resolves to how many that makes, and to the milliseconds until the minute is over. */
  count(name: string): Promise<{ readonly count: number; readonly restMs: number }>;
}

/** Makes a counter, in this process's memory. */
export function minuteCounter(): MinuteCounter {
  // It counts alone: how many are too many differs from key to key, and changes with the file of keys.
  const limiter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: WINDOW_SECONDS });
  const names = new Set<string>();
  return {
    async count(name) {
      names.add(name);
      if (names.size > MOST_NAMES) await forgetFirst(names, limiter);
      const { consumedPoints, msBeforeNext } = await limiter.consume(name);
      // It goes by the time of day: where that was set back, its minute seems to be long.
      return { count: consumedPoints, restMs: Math.min(msBeforeNext, WINDOW_SECONDS * 1000) };
    },
  };
}

async function forgetFirst(names: Set<string>, limiter: Limiter): Promise<void> {
  const [first = ""] = names;
  names.delete(first);
  await limiter.delete(first);
}
