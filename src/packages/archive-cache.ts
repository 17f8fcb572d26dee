import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { openWorkspace } from "./workspace.ts";

/** A digest that a file must have. */
export interface Digest {
  readonly algorithm: "sha256" | "sha512";
  /** Hexadecimal. */
  readonly hex: string;
}

/** A file of the cache, as it was found to be. */
export interface CachedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What one read takes: enough that reading, not calling, is the work. */
const CHUNK_BYTES = 1 << 20;

type Measured = Omit<CachedFile, "path"> & { readonly hex: string };

/** Our own copies of archives, by digest: mirrors drop old files. One cache may be shared by many processes. */
export interface ArchiveCache {
  /** The copy with this digest, or null; one that no longer has it is thrown away. */
  find(digest: Digest): Promise<CachedFile | null>;
  /** Copies a fetched file in. Rejects with `archive_refused` where it does not have the digest. */
  admit(source: string, digest: Digest): Promise<CachedFile>;
  /** Copies in a file that nothing is known of yet. */
  keep(source: string): Promise<CachedFile>;
}

/** The cache in a folder; what it lacks may lie in another one, which is only read. */
export function archiveCache(folder: string, readOnly?: string): ArchiveCache {
  const nameOf = ({ algorithm, hex }: Digest) => `${algorithm}-${hex}`;
  const pathOf = (digest: Digest) => join(folder, nameOf(digest));
  return {
    async find(digest) {
      const own = await find(pathOf(digest), digest);
      if (own !== null || readOnly === undefined) return own;
      return await lookUp(join(readOnly, nameOf(digest)), digest);
    },
    admit: (source, digest) => admit(source, pathOf(digest), digest),
    async keep(source) {
      await using file = await open(source);
      const { hex } = await measure(file, "sha256");
      const digest: Digest = { algorithm: "sha256", hex };
      return await admit(source, pathOf(digest), digest);
    },
  };
}

async function find(path: string, digest: Digest): Promise<CachedFile | null> {
  const found = await lookUp(path, digest);
  if (found === null) await rm(path, { force: true });
  return found;
}

/** Null for a file that is not there, or not what its name says. */
async function lookUp(path: string, digest: Digest): Promise<CachedFile | null> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(absent);
  if (file === null) return null;
  const found = await measure(file, digest.algorithm);
  return found.hex === digest.hex ? { path, ...found } : null;
}

async function admit(source: string, path: string, digest: Digest): Promise<CachedFile> {
  await using workspace = await openWorkspace(dirname(path), null);
  const staged = join(workspace.path, "archive");
  await using from = await openRegularFile(source);
  await using to = await open(staged, "w", 0o644);
  const copied = await measure(from, digest.algorithm, to);
  if (copied.hex !== digest.hex) throw refused(source, digest, copied.hex);
  await rename(staged, path);
  return { path, ...copied };
}

/** The source's folder belongs to the user that fetched it: a link there could lead anywhere, a pipe could block. */
async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new CrankcaseError("archive_refused", `${path} is no regular file`);
}

/** Reads a file to its end; what is measured is what was copied, whatever happens to the source meanwhile. */
async function measure(from: FileHandle, algorithm: Digest["algorithm"], to?: FileHandle): Promise<Measured> {
  const hashes = new Map([...new Set(["sha256", algorithm])].map((name) => [name, createHash(name)]));
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let size = 0;
  for (;;) {
    const { bytesRead } = await from.read(buffer, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    for (const hash of hashes.values()) hash.update(chunk);
    await to?.writeFile(chunk);
    size += bytesRead;
  }
  const digests = new Map([...hashes].map(([name, hash]) => [name, hash.digest("hex")]));
  return { size, sha256: digests.get("sha256") ?? "", hex: digests.get(algorithm) ?? "" };
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

function refused(source: string, { algorithm, hex }: Digest, found: string): CrankcaseError {
  return new CrankcaseError(
    "archive_refused",
    `${source} has the ${algorithm} ${found}; the signed index or the definition says ${hex}`,
  );
}
