import { chown, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { invalidConfig } from "../config/setting.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { type ApiKey, KeyFileShape } from "./api-key.ts";
import { readKeys } from "./read-keys.ts";

/** Root writes, the daemon's group reads, nobody else. */
const FILE_MODE = 0o640;

/**
 * Adds a key to the file, which belongs to root and the group. The new file is also the lock: two writers cannot both
 * make it, and it takes the old one's place by a rename, so that readers see one of the two whole. Throws
 * `invalid_config` for a name that is taken, a file that is refused, and while another writer is at it.
 */
export async function addKey(file: string, key: ApiKey, gid: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  const fresh = `${file}.new`;
  const handle = await open(fresh, "wx", 0o600).catch((cause) => {
    throw lockError(file, fresh, cause);
  });
  try {
    await using _closed = handle;
    const keys = withKey(file, await readKeys(file), key);
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

function withKey(file: string, keys: readonly ApiKey[], key: ApiKey): ApiKey[] {
  if (keys.some(({ name }) => name === key.name)) {
    throw invalidConfig(file, `a key called ${key.name} exists already. Give the new one another name.`);
  }
  const all = [...keys, key];
  const problem = shapeCheck(KeyFileShape)(all);
  if (problem !== null) throw invalidConfig(file, problemText(problem, "the list of keys"));
  return all;
}

function lockError(file: string, fresh: string, cause: unknown): Error {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== "EEXIST")
    return invalidConfig(file, `${fresh} cannot be written (${code}). Run this as root.`);
  return invalidConfig(
    file,
    `another command writes it, or one was killed while it did. If none runs: sudo rm ${fresh}`,
  );
}
