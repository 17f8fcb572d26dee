import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** Only the daemon's user, and root, may enter. */
const PRIVATE = 0o700;

/** Of an id that nobody guesses. */
const ID_BYTES = 32;

/** What even an empty file takes of a disk, about, and of our own memory. */
const FILE_COST_BYTES = 4_096;

/** A file to keep. */
export interface FileToKeep {
  readonly name: string;
  readonly content: Buffer;
}

/** The files of one job, while they are kept. */
export interface KeptFiles {
  /** Names them, and is the secret that gives access. */
  readonly id: string;
  readonly expiresAt: Date;
}

/** A kept file that is open; whoever reads it to its end or destroys it closes it. */
export interface KeptFile {
  readonly bytes: number;
  readonly content: Readable;
}

/** Keeps files of jobs for a while; disposing removes all. */
export interface ArtifactStore extends AsyncDisposable {
  /** Writes them to the disk; the oldest of others go where room is needed. Rejects with `disk_full`. */
  keep(files: readonly FileToKeep[]): Promise<KeptFiles>;
  /** Opens one by id and name; null where there is none, or none any more. */
  find(id: string, name: string): Promise<KeptFile | null>;
}

/** Where files are kept, how long, and how many bytes of them; one job's alone may be more. */
export interface ArtifactStoreOptions {
  readonly folder: string;
  readonly ttlMs: number;
  readonly keptBytes: number;
}

interface Kept {
  /** Names in the order of the files on disk, which are called 0, 1, 2: no name of a job's is a path of ours. */
  readonly names: readonly string[];
  readonly cost: number;
  /** Removes them when they expire; null while they are being written, when nobody else may. */
  timer: NodeJS.Timeout | null;
}

/** Makes the store's folder, and removes what a daemon that was killed left in it. */
export async function openArtifactStore(options: ArtifactStoreOptions): Promise<ArtifactStore> {
  const { folder } = options;
  await mkdir(folder, { recursive: true, mode: PRIVATE });
  for (const name of await readdir(folder)) await removeFolder(join(folder, name));
  return new FolderStore(options);
}

class FolderStore implements ArtifactStore {
  readonly #options: ArtifactStoreOptions;
  /** By id, the oldest first. */
  readonly #kept = new Map<string, Kept>();
  #cost = 0;

  constructor(options: ArtifactStoreOptions) {
    this.#options = options;
  }

  async keep(files: readonly FileToKeep[]): Promise<KeptFiles> {
    const { ttlMs } = this.#options;
    const id = randomBytes(ID_BYTES).toString("base64url");
    const cost = files.reduce((sum, { content }) => sum + content.length + FILE_COST_BYTES, 0);
    // Its room is taken before it is written: several jobs may come at once.
    const kept: Kept = { names: files.map(({ name }) => name), cost, timer: null };
    this.#kept.set(id, kept);
    this.#cost += cost;
    try {
      await this.#makeRoom();
      await this.#write(id, files);
    } catch (thrown) {
      await this.#remove(id);
      throw orDiskFull(thrown, this.#options.folder);
    }
    // What cannot be removed then is removed at the next start.
    kept.timer = setTimeout(() => void this.#remove(id).catch(() => undefined), ttlMs).unref();
    return { id, expiresAt: new Date(Date.now() + ttlMs) };
  }

  async find(id: string, name: string): Promise<KeptFile | null> {
    const index = this.#kept.get(id)?.names.indexOf(name) ?? -1;
    if (index < 0) return null;
    const file = await open(join(this.#options.folder, id, String(index))).catch(noneIfAbsent);
    if (file === null) return null;
    const { size } = await file.stat();
    return { bytes: size, content: file.createReadStream() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of [...this.#kept.keys()]) await this.#remove(id);
  }

  async #makeRoom(): Promise<void> {
    for (const [id, { timer }] of [...this.#kept]) {
      if (this.#cost <= this.#options.keptBytes) return;
      if (timer !== null) await this.#remove(id);
    }
  }

  async #write(id: string, files: readonly FileToKeep[]): Promise<void> {
    const folder = join(this.#options.folder, id);
    // With the store's own folder, which somebody may have tidied away.
    await mkdir(folder, { recursive: true, mode: PRIVATE });
    for (const [index, { content }] of files.entries())
      await writeFile(join(folder, String(index)), content, { mode: 0o600 });
  }

  async #remove(id: string): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    this.#kept.delete(id);
    this.#cost -= kept.cost;
    if (kept.timer !== null) clearTimeout(kept.timer);
    await removeFolder(join(this.#options.folder, id));
  }
}

async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** It may expire between being looked up and being opened. */
function noneIfAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

function orDiskFull(thrown: unknown, folder: string): unknown {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code !== "ENOSPC" && code !== "EDQUOT") return thrown;
  return new CrankcaseError("disk_full", `${folder} has no room for a job's artifacts`, { cause: thrown });
}
