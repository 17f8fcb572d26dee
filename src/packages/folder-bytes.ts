import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

const MIB = 1024 * 1024;

/** Bytes that a folder takes on disk (lstat's blocks are of 512 bytes), links not followed and hard links counted once. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const seen = new Set<number>();
  let bytes = 0;
  for (const entry of entries) {
    const { ino, blocks } = await lstat(join(entry.parentPath, entry.name));
    if (!seen.has(ino)) bytes += blocks * 512;
    seen.add(ino);
  }
  return bytes;
}

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
