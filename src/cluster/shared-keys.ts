import type { ApiKey } from "../access/api-key.ts";
import { KeyFileShape } from "../access/api-key.ts";
import type { KeySource } from "../access/live-keys.ts";
import { keysOfText } from "../access/read-keys.ts";
import { invalidConfig } from "../config/setting.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { redisScript } from "./redis-script.ts";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";

/** What to call them in messages. */
export const SHARED_KEYS = "the keys in the shared store";

/** The keys of access of all servers that share a store: their hashes, as in a file of keys. */
export interface SharedKeys extends KeySource {
  read(): Promise<ApiKey[]>;
  /**
   * Changes them, as one step whoever else does so; what `change` throws leaves them as they were. Rejects with `invalid_config` for a
   * list that is refused, and with `store_away`.
   */
  edit(change: (keys: readonly ApiKey[]) => readonly ApiKey[]): Promise<void>;
}

/** So often it is tried where others change them at the same time. */
const MOST_TRIES = 20;

/** Arguments: number of the change that was read, keys. Answers 1, or 0 where there was another one since. */
const REPLACE_KEYS = redisScript(`
local key = KEYS[1] .. 'keys'
if (redis.call('HGET', key, 'change') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', key, 'change', tonumber(ARGV[1]) + 1, 'list', ARGV[2])
return 1
`);

/** The keys of a store. */
export function sharedKeys(store: SharedStore): SharedKeys {
  const readAll = async () => {
    const [change, text] = await store.ask((redis) => redis.hmget(names.keys, "change", "list"));
    return { change: change ?? "0", keys: keysOfText(text ?? "[]", SHARED_KEYS) };
  };
  return {
    mark: async () => (await store.ask((redis) => redis.hget(names.keys, "change"))) ?? "0",
    read: async () => (await readAll()).keys,
    async edit(change) {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const before = await readAll();
        const keys = change(before.keys);
        const problem = shapeCheck(KeyFileShape)(keys);
        if (problem !== null) throw invalidConfig(SHARED_KEYS, problemText(problem, "the list of keys"));
        if ((await store.run(REPLACE_KEYS, before.change, JSON.stringify(keys))) === 1) return;
      }
      throw invalidConfig(SHARED_KEYS, "others change them at the same time. Try again.");
    },
  };
}
