import { invalidConfig } from "../config/setting.ts";
import type { ApiKey } from "./api-key.ts";
import { editKeys } from "./edit-keys.ts";

/** How to add a key. */
export interface AddKeyOptions {
  /** The daemon's group, which may read the file. */
  readonly gid: number;
  /** Whether a key of the same name makes room. */
  readonly isReplacing: boolean;
}

/** Adds a key to the file, as `editKeys` does it. Throws `invalid_config` also for a name that is taken. */
export async function addKey(file: string, key: ApiKey, { gid, isReplacing }: AddKeyOptions): Promise<void> {
  await editKeys(file, gid, (keys) => withKey(keys, key, isReplacing, file));
}

/** The keys with one more; `where` is what to call their place. Throws `invalid_config` for a name that is taken, unless it makes room. */
export function withKey(
  keys: readonly ApiKey[],
  key: ApiKey,
  isReplacing: boolean,
  where: string,
): readonly ApiKey[] {
  const others = keys.filter(({ name }) => name !== key.name);
  if (others.length < keys.length && !isReplacing) {
    throw invalidConfig(
      where,
      `a key called ${key.name} exists already. Give the new one another name, or put it in the old one's place with --replace.`,
    );
  }
  return [...others, key];
}
