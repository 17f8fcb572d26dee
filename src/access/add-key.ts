import { chown, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { invalidConfig } from "../config/setting.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { type ApiKey, KeyFileShape } from "./api-key.ts";
import { openAlone } from "./open-alone.ts";
import { readKeys } from "./read-keys.ts";

/** Root writes, the daemon's group reads, nobody else. */
const FILE_MODE = 0o640;

/** How to add a key. */
export interface AddKeyOptions {
  /** The daemon's group, which may read the file. */
  readonly gid: number;
  /** Whether a key of the same name makes room. */
  readonly isReplacing: boolean;
}

/**
 * Adds a key to the file, which belongs to root and the group. The new file is also the lock: two writers cannot both
 * make it, and it takes the old one's place by a rename, so that readers see one of the two whole. Throws
 * `invalid_config` for a name that is taken, a file that is refused, and while other writers are at it.
 */
export async function addKey(file: string, key: ApiKey, options: AddKeyOptions): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  const fresh = `${file}.new`;
  await using handle = await openAlone(fresh);
  try {
    const keys = withKey(file, await readKeys(file), key, options);
    await handle.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
    await chown(fresh, 0, options.gid);
    await handle.chmod(FILE_MODE);
    await handle.sync();
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

function withKey(file: string, keys: readonly ApiKey[], key: ApiKey, options: AddKeyOptions): ApiKey[] {
  const others = keys.filter(({ name }) => name !== key.name);
  if (others.length < keys.length && !options.isReplacing) {
    throw invalidConfig(
      file,
      `a key called ${key.name} exists already. Give the new one another name, or put it in the old one's place with --replace.`,
    );
  }
  const all = [...others, key];
  const problem = shapeCheck(KeyFileShape)(all);
  if (problem !== null) throw invalidConfig(file, problemText(problem, "the list of keys"));
  return all;
}
