import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Config } from "../config/config.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { type RedisScript, runScript, type ScriptArgument } from "./redis-script.ts";
import { PREFIX } from "./store-names.ts";

/** The store that several servers share. Disposing closes its connections. */
export interface SharedStore extends AsyncDisposable {
  /** Commands fail at once while it is away. */
  readonly redis: Redis;
  /** Why it does not answer; null while it does. */
  readonly fault: string | null;
  /** Runs one of our scripts. Rejects with `store_away`. */
  run(script: RedisScript, ...args: readonly ScriptArgument[]): Promise<unknown>;
  /** Does something with commands. Rejects with `store_away` in place of what they reject with. */
  ask<Value>(action: (redis: Redis) => Promise<Value>): Promise<Value>;
  /** A connection of its own, whose commands wait until it is back. Whoever makes it closes it. */
  connect(options?: ConnectionOptions): Redis;
}

/** How a connection differs from the others. */
export interface ConnectionOptions {
  readonly autoResubscribe?: boolean;
}

/** A command that has not been answered by then failed: Redis answers within milliseconds, or not at all. */
const ANSWER_MS = 4_000;

/** How long a start waits for it. */
const PATIENCE_MS = 20_000;

/** Between two tries to connect: the first at once, the last ones a second apart. */
const FIRST_RETRY_MS = 20;
const LONGEST_RETRY_MS = 1_000;

/** What a caller is told to wait. */
const RETRY_SECONDS = 2;

/** Of the configuration what opening it takes. */
export type StoreConfig = Pick<Config, "store" | "storePasswordFile">;

/** Opens the store of the configuration. Throws `start_failed` where it does not answer, without its URL: a password may stand in it. */
export async function openSharedStore(
  config: StoreConfig,
  warn: (text: string) => void,
): Promise<SharedStore> {
  const common = await connectionOptions(config);
  let fault: string | null = null;
  const redis = new Redis(config.store, {
    ...common,
    ...{ lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: ANSWER_MS },
    // Whoever sent it was told that it failed, and decides himself whether to send it again.
    autoResendUnfulfilledCommands: false,
  });
  redis.on("ready", () => {
    if (fault !== null) warn("the shared store answers");
    fault = null;
  });
  redis.on("error", (error: Error) => {
    if (fault === null) warn(`the shared store does not answer: ${error.message}`);
    fault = error.message;
  });
  redis.on("close", () => {
    fault ??= "the connection was closed";
  });
  try {
    await connected(redis, () => fault);
  } catch (cause) {
    redis.disconnect();
    throw notThere(config, cause);
  }
  return {
    redis,
    get fault() {
      return fault;
    },
    run: (script, ...args) => asked(() => runScript(redis, script, PREFIX, args)),
    ask: (action) => asked(() => action(redis)),
    connect: (options = {}) => new Redis(config.store, { ...common, maxRetriesPerRequest: null, ...options }),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}

/** What Redis says of who may not enter (redis.io, "ACL"). */
const REFUSAL = /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH)/;

/** Servers and their store may be started in any order. */
async function connected(redis: Redis, fault: () => string | null): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      if (redis.status === "wait") await redis.connect();
      await redis.ping();
      return;
    } catch (cause) {
      // One that answers and refuses, as for a wrong password, does so again.
      if (REFUSAL.test(fault() ?? "")) throw new Error(fault() ?? "");
      if (performance.now() > deadline) throw cause;
      await sleep(LONGEST_RETRY_MS / 4);
    }
  }
}

async function connectionOptions({ storePasswordFile }: StoreConfig) {
  const password = storePasswordFile === undefined ? undefined : await passwordOf(storePasswordFile);
  return {
    ...(password === undefined ? {} : { password }),
    connectionName: "crankcase",
    retryStrategy: (tries: number) => Math.min(FIRST_RETRY_MS * 2 ** Math.min(tries, 10), LONGEST_RETRY_MS),
  };
}

async function passwordOf(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).split("\n", 1).join("").trim();
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new CrankcaseError("start_failed", `store_password_file ${file} cannot be read (${why})`, {
      cause,
    });
  }
}

async function asked<Value>(action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof CrankcaseError) throw cause;
    throw storeAway(cause);
  }
}

/** What a failed command is to whoever asked for something. */
export function storeAway(cause: unknown): CrankcaseError {
  const message = "The store that this server shares with others does not answer just now.";
  return new CrankcaseError("store_away", message, { retryAfterSeconds: RETRY_SECONDS, cause });
}

function notThere({ store }: StoreConfig, cause: unknown): CrankcaseError {
  const { host } = new URL(store);
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CrankcaseError("start_failed", `The store at ${host} does not answer: ${why}`, { cause });
}
