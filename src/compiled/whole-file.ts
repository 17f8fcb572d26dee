import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";

/** Writes a file by a rename; nothing is left of it where that fails, and it rejects. */
export async function writeWhole(path: string, text: Buffer): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    await writeFile(temporary, text, { flag: "wx", mode: 0o600 });
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/** A file's bytes; null where it is not the plain file of that size that was written. Rejects where it cannot be read. */
export async function readWhole(path: string, size: number): Promise<Buffer | null> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const about = await file.stat();
  return about.isFile() && about.size === size ? await file.readFile() : null;
}
