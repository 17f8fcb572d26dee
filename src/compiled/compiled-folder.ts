import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Compiled } from "./compiled.ts";
import { readCompiledText, writtenCompiled } from "./compiled-text.ts";

/** Only the daemon's user, and root, may enter: what jobs compiled is for nobody else. */
const PRIVATE = 0o700;

/** An entry's file is named by its key; every other file is what a daemon that was killed was writing. */
const KEY = /^[0-9a-f]{64}$/;

/** One entry may take an eighth of all room: a few large ones would throw out all others. */
const LARGEST_SHARE = 8;

/** Entries on disk, one a file; those that were not used for longest go where room is needed. */
export interface CompiledFolder {
  /** The entry of that key; null where there is none. One that is not as it was written is removed and not given. */
  read(key: string): Promise<Compiled | null>;
  /** Writes an entry, unless it is too large or there. Rejects where the disk refuses; nothing of it is left then. */
  write(key: string, compiled: Compiled): Promise<void>;
  readonly entries: number;
  /** Size of all files together. */
  readonly bytes: number;
}

/** What a folder of entries depends on. */
export interface CompiledFolderOptions {
  readonly folder: string;
  /** Size that all files together may have. */
  readonly boundBytes: number;
  /** Hears of entries that were damaged. */
  readonly warn: (text: string) => void;
}

/** Makes the folder, or takes over what an earlier daemon left in it. Rejects where it may not be read or written to. */
export async function openCompiledFolder(options: CompiledFolderOptions): Promise<CompiledFolder> {
  const { folder, boundBytes, warn } = options;
  await mkdir(folder, { recursive: true, mode: PRIVATE });
  /** The one that was used longest ago first. */
  const sizes = await sizesIn(folder);
  let bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const forget = (key: string) => {
    bytes -= sizes.get(key) ?? 0;
    sizes.delete(key);
  };
  const drop = async (key: string) => {
    forget(key);
    await rm(join(folder, key), { force: true });
  };
  const makeRoom = async (needed: number) => {
    for (const key of [...sizes.keys()]) {
      if (bytes + needed <= boundBytes) return;
      await drop(key);
    }
  };
  const write = async (key: string, compiled: Compiled) => {
    const text = writtenCompiled(key, compiled);
    if (text.length > boundBytes / LARGEST_SHARE || sizes.has(key)) return;
    await makeRoom(text.length);
    await writeWhole(join(folder, key), text);
    sizes.set(key, text.length);
    bytes += text.length;
  };
  await makeRoom(0);
  let last = Promise.resolve();
  return {
    get entries() {
      return sizes.size;
    },
    get bytes() {
      return bytes;
    },
    async read(key) {
      const size = sizes.get(key);
      if (size === undefined) return null;
      const compiled = await readWhole(join(folder, key), size).then(
        (text) => (text === null ? null : readCompiledText(key, text)),
        () => null,
      );
      // Another's room may have been made with it meanwhile.
      if (!sizes.has(key)) return compiled;
      if (compiled === null) {
        warn(`${join(folder, key)} was damaged: its program is compiled again`);
        await drop(key).catch(() => undefined);
        return null;
      }
      sizes.delete(key);
      sizes.set(key, size);
      const now = new Date();
      // The order of use outlasts a restart; it is no loss where it does not.
      await utimes(join(folder, key), now, now).catch(() => undefined);
      return compiled;
    },
    write(key, compiled) {
      // One at a time: what makes room for one is not what another is writing.
      const written = last.then(() => write(key, compiled));
      last = written.catch(() => undefined);
      return written;
    },
  };
}

/** Sizes of the entries by key, the one that was used longest ago first; what is no entry is removed. */
async function sizesIn(folder: string): Promise<Map<string, number>> {
  const found: { readonly key: string; readonly size: number; readonly usedMs: number }[] = [];
  for (const { name, isFile } of (await readdir(folder, { withFileTypes: true })).map(entryOf)) {
    const path = join(folder, name);
    if (!KEY.test(name) || !isFile) await rm(path, { recursive: true, force: true });
    else {
      const { size, mtimeMs } = await stat(path);
      found.push({ key: name, size, usedMs: mtimeMs });
    }
  }
  const ordered = found.sort((a, b) => a.usedMs - b.usedMs);
  return new Map(ordered.map(({ key, size }) => [key, size]));
}

function entryOf(entry: { readonly name: string; isFile(): boolean }) {
  return { name: entry.name, isFile: entry.isFile() };
}

/** Writes a file by a rename; nothing is left of it where that fails. */
async function writeWhole(path: string, text: Buffer): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    await writeFile(temporary, text, { flag: "wx", mode: 0o600 });
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/** A file's bytes; null where it is not the plain file of that size that was written. */
async function readWhole(path: string, size: number): Promise<Buffer | null> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const about = await file.stat();
  return about.isFile() && about.size === size ? await file.readFile() : null;
}
