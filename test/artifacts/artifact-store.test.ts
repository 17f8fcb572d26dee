import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ArtifactStore, openArtifactStore } from "../../src/artifacts/artifact-store.ts";

const MIB = 2 ** 20;

let place: Awaited<ReturnType<typeof dir>>;

beforeEach(async () => {
  place = await dir({ unsafeCleanup: true });
});

afterEach(() => place.cleanup());

function opened(settings: { ttlMs?: number; keptBytes?: number } = {}): Promise<ArtifactStore> {
  return openArtifactStore({
    folder: join(place.path, "artifacts"),
    ttlMs: 60_000,
    keptBytes: MIB,
    ...settings,
  });
}

async function read(store: ArtifactStore, id: string, name: string): Promise<Buffer | null> {
  const file = await store.find(id, name);
  return file === null ? null : await buffer(file.content);
}

test("what is kept comes back byte for byte, under any name, and nothing else does", async () => {
  await using store = await opened();
  const bytes = Buffer.from([0, 255, 10]);
  const { id } = await store.keep([
    { name: "../../etc/passwd", content: bytes },
    { name: "empty", content: Buffer.alloc(0) },
  ]);
  expect(await read(store, id, "../../etc/passwd")).toEqual(bytes);
  expect(await read(store, id, "empty")).toEqual(Buffer.alloc(0));
  expect(await read(store, id, "0")).toBeNull();
  expect(await read(store, "..", "empty")).toBeNull();
  expect(await readdir(place.path)).toEqual(["artifacts"]);
});

test("no two jobs' files have the same id, and none can be guessed", async () => {
  await using store = await opened();
  const ids = await Promise.all([1, 2, 3].map(async () => (await store.keep([])).id));
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test("what has expired is gone, from the disk too", async () => {
  await using store = await opened({ ttlMs: 50 });
  const { id, expiresAt } = await store.keep([{ name: "a", content: Buffer.from("a") }]);
  expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 50);
  await expect.poll(() => read(store, id, "a")).toBeNull();
  await expect.poll(() => readdir(join(place.path, "artifacts"))).toEqual([]);
});

test("the oldest go where there is no room, and the newest stays even where it is too large", async () => {
  await using store = await opened({ keptBytes: MIB });
  const half = { name: "half", content: Buffer.alloc(MIB / 2 - 4_096) };
  const ids = [(await store.keep([half])).id, (await store.keep([half])).id, (await store.keep([half])).id];
  const [first = "", second = "", third = ""] = ids;
  expect(await store.find(first, "half")).toBeNull();
  expect(await read(store, second, "half")).toHaveLength(half.content.length);
  expect(await read(store, third, "half")).toHaveLength(half.content.length);
  const { id } = await store.keep([{ name: "large", content: Buffer.alloc(2 * MIB) }]);
  expect(await read(store, id, "large")).toHaveLength(2 * MIB);
  expect(await readdir(join(place.path, "artifacts"))).toEqual([id]);
});

test("files that come at once do not push each other out while they are written", async () => {
  await using store = await opened({ keptBytes: 1 });
  const files = [{ name: "a", content: Buffer.alloc(MIB, "a") }];
  const kept = await Promise.allSettled(Array.from({ length: 8 }, () => store.keep(files)));
  expect(kept.map(({ status }) => status)).toEqual(kept.map(() => "fulfilled"));
});

test("many small files are no way around the bound", async () => {
  await using store = await opened({ keptBytes: MIB });
  const empty = Array.from({ length: 200 }, (_value, index) => ({
    name: `${index}`,
    content: Buffer.alloc(0),
  }));
  const { id } = await store.keep(empty);
  await store.keep(empty);
  expect(await store.find(id, "0")).toBeNull();
});

test("what an earlier server left is removed at the start, and everything at the end", async () => {
  const folder = join(place.path, "artifacts");
  await mkdir(join(folder, "left"), { recursive: true });
  await writeFile(join(folder, "left", "0"), "");
  const store = await opened();
  expect(await readdir(folder)).toEqual([]);
  const { id } = await store.keep([{ name: "a", content: Buffer.from("a") }]);
  await store[Symbol.asyncDispose]();
  expect(await store.find(id, "a")).toBeNull();
  expect(await readdir(folder)).toEqual([]);
});
