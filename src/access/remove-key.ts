import { invalidConfig } from "../config/setting.ts";
import { didYouMean } from "../schema/closest-name.ts";
import type { ApiKey } from "./api-key.ts";
import { editKeys } from "./edit-keys.ts";

/** Takes a key out of the file, as `editKeys` does it. Throws `invalid_config` also for a name that no key has. */
export async function removeKey(file: string, name: string, gid: number): Promise<void> {
  await editKeys(file, gid, (keys) => withoutKey(keys, name, file));
}

/** The keys without one; `where` is what to call their place. Throws `invalid_config` for a name that none has. */
export function withoutKey(keys: readonly ApiKey[], name: string, where: string): readonly ApiKey[] {
  const others = keys.filter((key) => key.name !== name);
  if (others.length < keys.length) return others;
  const names = keys.map((key) => key.name);
  throw invalidConfig(where, `no key is called ${name}.${didYouMean(name, names)}`);
}
