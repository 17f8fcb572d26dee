import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

/** A program that Redis runs at one go, and the name by which it knows it. */
export interface RedisScript {
  readonly text: string;
  readonly sha1: string;
}

/** What a script is given. */
export type ScriptArgument = string | number | Buffer;

/** Makes a script of pieces of Lua; its `KEYS[1]` is the prefix of all names (store-names.ts). */
export function redisScript(...pieces: readonly string[]): RedisScript {
  const text = pieces.join("\n");
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

/** Runs a script, by its name where Redis has it already. Rejects like a command. */
export async function runScript(
  redis: Redis,
  { text, sha1 }: RedisScript,
  prefix: string,
  args: readonly ScriptArgument[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha1, 1, prefix, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return await redis.eval(text, 1, prefix, ...args);
  }
}
