import { createRequire } from "node:module";
import type { RateLimiterRedis as Limiter } from "rate-limiter-flexible";
import type { DaySpender } from "../access/meter.ts";
import { type MinuteCounter, minuteCounter } from "../access/minute-counter.ts";
import { WINDOW_SECONDS } from "../access/standing.ts";
import { redisScript } from "./redis-script.ts";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";

/** This part alone: the library's index loads the clients of a dozen stores. */
const RateLimiterRedis: typeof Limiter = createRequire(import.meta.url)(
  "rate-limiter-flexible/lib/RateLimiterRedis.js",
);

/** Counts for all servers that share a store, and for this one alone while that is away: then nobody is let in without any limit. */
export function sharedMinuteCounter(store: SharedStore, of: string): MinuteCounter {
  const alone = minuteCounter();
  const limiter = new RateLimiterRedis({
    storeClient: store.redis,
    keyPrefix: `${names.rates}-${of}`,
    points: Number.MAX_SAFE_INTEGER,
    duration: WINDOW_SECONDS,
  });
  return {
    async count(name) {
      try {
        const { consumedPoints, msBeforeNext } = await limiter.consume(name);
        return { count: consumedPoints, restMs: Math.min(msBeforeNext, WINDOW_SECONDS * 1000) };
      } catch {
        return await alone.count(name);
      }
    },
  };
}

/** A day and some: a count is gone then. */
const KEPT_SECONDS = 100_000;

/** Arguments: day, key, jobs, quota. Answers 1 where they were counted. */
const SPEND_DAY = redisScript(`
local key = KEYS[1] .. 'daily:' .. ARGV[1]
local before = tonumber(redis.call('HGET', key, ARGV[2]) or 0)
if before + tonumber(ARGV[3]) > tonumber(ARGV[4]) then return 0 end
redis.call('HINCRBY', key, ARGV[2], ARGV[3])
redis.call('EXPIRE', key, ${KEPT_SECONDS})
return 1
`);

/** The jobs of each key's day, whichever server it called. Rejects with `store_away`. */
export function sharedDays(store: SharedStore, now: () => Date): DaySpender {
  return {
    async spend(key, jobs, quota) {
      const day = now().toISOString().slice(0, "2026-01-02".length);
      return (await store.run(SPEND_DAY, day, key, jobs, quota)) === 1;
    },
  };
}
