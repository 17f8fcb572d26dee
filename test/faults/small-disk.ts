import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";

const MIB = 2 ** 20;

/** A server with a small disk at the folder of one key, which it alone sees. */
export async function serveOnSmallDisk(key: "state_dir" | "run_dir", options: string) {
  await using acquired = new AsyncDisposableStack();
  const outer = await dir({ prefix: "crankcase-small", unsafeCleanup: true });
  acquired.defer(outer.cleanup);
  await chmod(outer.path, 0o755);
  const folder = join(outer.path, "disk");
  await mkdir(folder);
  const mount = 'mount -t tmpfs -o "$0",mode=755 tmpfs "$1" && shift && exec "$@"';
  const before = ["unshare", "--mount", "--", "sh", "-c", mount, options, folder];
  const serving = acquired.use(await startServing({ [key]: folder }, {}, { before }));
  const owned = acquired.move();
  return { serving, folder: seenBy(serving, folder), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A path as the server sees it. */
function seenBy({ pid }: Serving, path: string): string {
  return join(`/proc/${pid}/root`, path);
}

/** Writes until no byte more fits, and then files until no file does. Gives what undoes it. */
export async function fill(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "filling");
  await mkdir(path);
  const isFull = (error: NodeJS.ErrnoException) => error.code === "ENOSPC";
  await expect(writeFile(join(path, "bytes"), Buffer.alloc(9 * MIB))).rejects.toSatisfy(isFull);
  for (let full = false, count = 0; !full && count < 5_000; count += 1) {
    full = await writeFile(join(path, String(count)), "").then(() => false, isFull);
  }
  return () => rm(path, { recursive: true });
}
