import { invalidConfig } from "../config/setting.ts";
import { didYouMean } from "../schema/closest-name.ts";
import { editKeys } from "./edit-keys.ts";

/** Takes a key out of the file, as `editKeys` does it. Throws `invalid_config` also for a name that no key has. */
export async function removeKey(file: string, name: string, gid: number): Promise<void> {
  await editKeys(file, gid, (keys) => {
    const others = keys.filter((key) => key.name !== name);
    if (others.length < keys.length) return others;
    const names = keys.map((key) => key.name);
    throw invalidConfig(file, `no key is called ${name}.${didYouMean(name, names)}`);
  });
}
