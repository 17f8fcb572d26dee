import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ApiKey } from "./api-key.ts";
import { type Caller, OPERATOR } from "./caller.ts";
import { type MinuteCounter, minuteCounter } from "./minute-counter.ts";
import type { Standing } from "./standing.ts";

/** What a request takes from its caller's limits: a job counts in all of them, a change of packages not in the day's. */
export type Work = "job" | "change";

/** Keeps callers within what they may ask for. */
export interface Meter {
  /**
   * Counts one request that was let in. Disposing what it resolves to says that the request is over; twice is harmless.
   * `tell` hears where the caller stands, also if it is refused. Rejects with `rate_limited`, `too_many_at_once` or
   * `quota_spent`.
   */
  enter(caller: Caller, work: Work, tell?: (standing: Standing) => void): Promise<Disposable>;
  /** Counts further jobs of a request that `enter` has counted as one. Rejects with `quota_spent`. */
  spend(caller: Caller, jobs: number): Promise<void>;
  /** Counts a key that nobody knows against the address it came from; rejects with `rate_limited` when it is one too many. */
  wrongKey(client: string): Promise<void>;
}

/** Counts jobs against the quota of a day. */
export interface DaySpender {
  spend(key: string, jobs: number, quota: number): boolean | Promise<boolean>;
}

/** What callers may ask for where their key says nothing else; 0 is no limit. */
export interface MeterOptions {
  readonly addressRatePerMinute: number;
  readonly keyRatePerMinute: number;
  readonly dailyCounts: DaySpender;
  /** Counts what each name did within a minute; left out, in this process's memory. */
  readonly counter?: (of: "requests" | "wrong-keys") => MinuteCounter;
  readonly now: () => Date;
}

/** Mistyped keys are few. More are answered 429, while the right one opens: others may share the address. */
const WRONG_KEYS_PER_MINUTE = 30;

/** A job mostly takes about this long. */
const JOB_SECONDS = 1;

const DAY_SECONDS = 86_400;

/** Makes the meter of one daemon. */
export function createMeter(options: MeterOptions): Meter {
  const { counter = minuteCounter } = options;
  const [requests, wrongKeys] = [counter("requests"), counter("wrong-keys")];
  const underWay = new Map<string, number>();

  const occupy = (name: string): Disposable => {
    const change = (by: number) => {
      const count = (underWay.get(name) ?? 0) + by;
      if (count === 0) underWay.delete(name);
      else underWay.set(name, count);
    };
    change(1);
    let isOver = false;
    return {
      [Symbol.dispose]() {
        if (!isOver) change(-1);
        isOver = true;
      },
    };
  };

  return {
    async enter(caller, work, tell) {
      const { key, client } = caller;
      const limit = rateOf(caller, options);
      if (limit > 0) {
        const { count, restMs } = await requests.count(client);
        const resetSeconds = Math.max(1, Math.ceil(restMs / 1000));
        const policy = key === null ? "address" : "key";
        tell?.({ policy, limit, remaining: Math.max(0, limit - count), resetSeconds });
        if (count > limit) throw rateLimited(`${limit} requests a minute`, resetSeconds);
      }
      if (key === null) return { [Symbol.dispose]: () => undefined };
      requireRoom(key, underWay.get(key.name) ?? 0);
      const place = occupy(key.name);
      try {
        if (work === "job") await spendDay(key, 1, options);
      } catch (error) {
        place[Symbol.dispose]();
        throw error;
      }
      return place;
    },
    async spend({ key }, jobs) {
      if (key !== null) await spendDay(key, jobs, options);
    },
    async wrongKey(client) {
      const { count, restMs } = await wrongKeys.count(client);
      const resetSeconds = Math.max(1, Math.ceil(restMs / 1000));
      if (count > WRONG_KEYS_PER_MINUTE)
        throw rateLimited(`${WRONG_KEYS_PER_MINUTE} unknown API keys a minute`, resetSeconds);
    },
  };
}

function rateOf(caller: Caller, { addressRatePerMinute, keyRatePerMinute }: MeterOptions): number {
  if (caller === OPERATOR) return 0;
  return caller.key === null ? addressRatePerMinute : (caller.key.rate_per_minute ?? keyRatePerMinute);
}

function rateLimited(what: string, retryAfterSeconds: number): CrankcaseError {
  const message = `more than ${what}: try again in ${retryAfterSeconds} s`;
  return new CrankcaseError("rate_limited", message, { retryAfterSeconds });
}

function requireRoom({ name, concurrency = Number.POSITIVE_INFINITY }: ApiKey, underWay: number): void {
  if (underWay < concurrency) return;
  const message = `the API key ${name} may have ${concurrency} requests under way at one time`;
  throw new CrankcaseError("too_many_at_once", message, { retryAfterSeconds: JOB_SECONDS });
}

async function spendDay(
  { name, daily_jobs: quota }: ApiKey,
  jobs: number,
  { dailyCounts, now }: MeterOptions,
): Promise<void> {
  if (quota === undefined || (await dailyCounts.spend(name, jobs, quota))) return;
  const seconds = DAY_SECONDS - (Math.floor(now().getTime() / 1000) % DAY_SECONDS);
  const message = `the API key ${name} has had its ${quota} jobs of today; the day ends at midnight, UTC`;
  throw new CrankcaseError("quota_spent", message, { retryAfterSeconds: seconds });
}
