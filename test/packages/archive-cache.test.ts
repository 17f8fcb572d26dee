import { createHash } from "node:crypto";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { archiveCache, type Digest } from "../../src/packages/archive-cache.ts";

const CONTENT = "an archive";

function digestOf(text: string, algorithm: Digest["algorithm"] = "sha256"): Digest {
  return { algorithm, hex: createHash(algorithm).update(text).digest("hex") };
}

describe("our own copies of archives", () => {
  let folder: { path: string; cleanup(): Promise<void> };
  let source: string;
  let cacheDir: string;

  beforeEach(async () => {
    folder = await dir({ unsafeCleanup: true });
    source = join(folder.path, "fetched.deb");
    cacheDir = join(folder.path, "archives");
    await writeFile(source, CONTENT);
  });
  afterEach(() => folder.cleanup());

  it.each(["sha256", "sha512"] as const)("are found again by their %s", async (algorithm) => {
    const cache = archiveCache(cacheDir);
    const digest = digestOf(CONTENT, algorithm);
    expect(await cache.find(digest)).toBeNull();
    const copy = await cache.admit(source, digest);
    expect(copy).toMatchObject({ size: CONTENT.length, sha256: digestOf(CONTENT).hex });
    expect(await readFile(copy.path, "utf8")).toBe(CONTENT);
    expect(await cache.find(digest)).toEqual(copy);
  });

  it("are never made of a file with another digest, and nothing of it is left", async () => {
    const admitted = archiveCache(cacheDir).admit(source, digestOf("another archive"));
    await expect(admitted).rejects.toMatchObject({ code: "archive_refused" });
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it("are thrown away once they are no longer what they were", async () => {
    const cache = archiveCache(cacheDir);
    const { path } = await cache.admit(source, digestOf(CONTENT));
    await writeFile(path, "AN ARCHIVE");
    expect(await cache.find(digestOf(CONTENT))).toBeNull();
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it("are never made through a link: the user that fetches could point it anywhere", async () => {
    const link = join(folder.path, "link.deb");
    await symlink(source, link);
    await expect(archiveCache(cacheDir).admit(link, digestOf(CONTENT))).rejects.toThrow(/ELOOP/);
  });

  it("are never made of a pipe, which would be waited for", async () => {
    const pipe = join(folder.path, "pipe.deb");
    await execa("mkfifo", [pipe]);
    await expect(archiveCache(cacheDir).admit(pipe, digestOf(""))).rejects.toMatchObject({
      code: "archive_refused",
    });
  });
});
