import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ArchiveCache, CachedFile, Digest } from "./archive-cache.ts";
import { fetchBounded } from "./fetch-bounded.ts";
import type { PistonEntry } from "./piston-index.ts";
import { openWorkspace } from "./workspace.ts";

/** The largest archives of Piston's own have less than 1 GB. */
const MOST_BYTES = 4 * 2 ** 30;

/** A server from which nothing comes for so long has gone. */
const SILENCE_MS = 60_000;

/** What fetching takes. */
export interface FetchArchiveDeps {
  readonly archives: ArchiveCache;
  /** Folder in which private folders for downloads are made. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  /** Told how many bytes are there, of how many. */
  onFetched(doneBytes: number, totalBytes: number): void;
}

/**
 * Our own copy of a package's archive, or the fetched one once it has the digest of the index; nothing of it is unpacked.
 * Rejects with `package_unavailable` or `archive_refused`.
 */
export async function fetchPistonArchive(entry: PistonEntry, deps: FetchArchiveDeps): Promise<CachedFile> {
  const digest: Digest = { algorithm: "sha256", hex: entry.sha256 };
  const copy = await deps.archives.find(digest);
  if (copy !== null) return copy;
  await using folder = await openWorkspace(deps.cacheDir, null);
  const file = join(folder.path, `${entry.name}-${entry.version}.tar.gz`);
  const bounds = { maxBytes: MOST_BYTES, silenceMs: SILENCE_MS, signal: deps.signal };
  const { sizeBytes, chunks } = await fetchBounded(entry.url, bounds);
  let done = 0;
  async function* watched() {
    for await (const chunk of chunks) {
      done += chunk.length;
      deps.onFetched(done, Math.max(done, sizeBytes ?? 0));
      yield chunk;
    }
  }
  await pipeline(watched, createWriteStream(file));
  return await deps.archives.admit(file, digest);
}
