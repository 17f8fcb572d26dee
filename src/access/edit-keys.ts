import { chown, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { invalidConfig } from "../config/setting.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { type ApiKey, KeyFileShape } from "./api-key.ts";
import { openAlone } from "./open-alone.ts";
import { readKeys } from "./read-keys.ts";

/** Root writes, the daemon's group reads, nobody else. */
const FILE_MODE = 0o640;

/**
 * Changes the list of keys in the file, which belongs to root and the group. The new file is also the lock: two writers
 * cannot both make it, and it takes the old one's place by a rename, so that readers see one of the two whole. What
 * `change` throws leaves the file as it was. Throws `invalid_config` for a file or a list that is refused, and while other
 * writers are at it.
 */
export async function editKeys(
  file: string,
  gid: number,
  change: (keys: readonly ApiKey[]) => readonly ApiKey[],
): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  const fresh = `${file}.new`;
  await using handle = await openAlone(fresh);
  try {
    const keys = change(await readKeys(file));
    const problem = shapeCheck(KeyFileShape)(keys);
    if (problem !== null) throw invalidConfig(file, problemText(problem, "the list of keys"));
    await handle.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
    await chown(fresh, 0, gid);
    await handle.chmod(FILE_MODE);
    await handle.sync();
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
