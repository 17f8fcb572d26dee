import { mkdir, readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Compiled } from "./compiled.ts";
import { readCompiledText, writtenCompiled } from "./compiled-text.ts";
import { readWhole, writeWhole } from "./whole-file.ts";

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
  await mkdir(options.folder, { recursive: true, mode: PRIVATE });
  const entries = new FolderOnDisk(options, await sizesIn(options.folder));
  await entries.makeRoom(0);
  return entries;
}

class FolderOnDisk implements CompiledFolder {
  readonly #options: CompiledFolderOptions;
  /** By key; the one that was used longest ago first. */
  readonly #sizes: Map<string, number>;
  #bytes = 0;
  #lastWrite = Promise.resolve();

  constructor(options: CompiledFolderOptions, sizes: Map<string, number>) {
    this.#options = options;
    this.#sizes = sizes;
    for (const size of sizes.values()) this.#bytes += size;
  }

  get entries() {
    return this.#sizes.size;
  }

  get bytes() {
    return this.#bytes;
  }

  async read(key: string): Promise<Compiled | null> {
    const size = this.#sizes.get(key);
    if (size === undefined) return null;
    const text = await readWhole(this.#path(key), size).catch(() => null);
    const compiled = text === null ? null : readCompiledText(key, text);
    // Room for another may have been made with it meanwhile.
    if (!this.#sizes.has(key)) return compiled;
    if (compiled === null) {
      this.#options.warn(`${this.#path(key)} was damaged: its program is compiled again`);
      await this.#drop(key).catch(() => undefined);
      return null;
    }
    this.#sizes.delete(key);
    this.#sizes.set(key, size);
    const now = new Date();
    // The order of use outlasts a restart; it is no loss where it does not.
    await utimes(this.#path(key), now, now).catch(() => undefined);
    return compiled;
  }

  write(key: string, compiled: Compiled): Promise<void> {
    // One at a time: what makes room for one is not what another is writing.
    const written = this.#lastWrite.then(() => this.#write(key, compiled));
    this.#lastWrite = written.catch(() => undefined);
    return written;
  }

  async makeRoom(needed: number): Promise<void> {
    for (const key of [...this.#sizes.keys()]) {
      if (this.#bytes + needed <= this.#options.boundBytes) return;
      await this.#drop(key);
    }
  }

  async #write(key: string, compiled: Compiled): Promise<void> {
    const text = writtenCompiled(key, compiled);
    if (text.length > this.#options.boundBytes / LARGEST_SHARE || this.#sizes.has(key)) return;
    await this.makeRoom(text.length);
    // Somebody may have tidied the folder away.
    await mkdir(this.#options.folder, { recursive: true, mode: PRIVATE });
    await writeWhole(this.#path(key), text);
    this.#sizes.set(key, text.length);
    this.#bytes += text.length;
  }

  async #drop(key: string): Promise<void> {
    this.#bytes -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
    await rm(this.#path(key), { force: true });
  }

  #path(key: string): string {
    return join(this.#options.folder, key);
  }
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
