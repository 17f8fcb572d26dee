import { appendFile, open, readdir, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Compiled } from "../../src/compiled/compiled.ts";
import { openCompiledFolder } from "../../src/compiled/compiled-folder.ts";

const MIB = 2 ** 20;

let place: Awaited<ReturnType<typeof dir>>;
let warned: string[];

beforeEach(async () => {
  place = await dir({ unsafeCleanup: true });
  warned = [];
});

afterEach(() => place.cleanup());

function opened(boundBytes = MIB) {
  return openCompiledFolder({ folder: place.path, boundBytes, warn: (text) => void warned.push(text) });
}

const key = (digit: number) => String(digit).repeat(64);

function compiled(size: number): Compiled {
  return {
    output: [
      { stream: "stderr", data: Buffer.from([0, 255]) },
      { stream: "stdout", data: Buffer.from("written") },
    ],
    files: [
      { name: "a.out", content: Buffer.alloc(size, 7), executable: true },
      { name: "folder/empty\n", content: Buffer.alloc(0), executable: false },
    ],
  };
}

test("an entry comes back byte for byte, also to the daemon that comes after", async () => {
  const first = await opened();
  await first.write(key(1), compiled(10_000));
  expect(await first.read(key(1))).toEqual(compiled(10_000));
  const second = await opened();
  expect(await second.read(key(1))).toEqual(compiled(10_000));
  expect(await second.read(key(2))).toBeNull();
  expect(second).toMatchObject({ entries: 1, bytes: first.bytes });
  expect(warned).toEqual([]);
});

test.each([
  ["has one byte more", (file: string) => appendFile(file, "x")],
  ["was cut", (file: string) => truncate(file, 100)],
  ["is empty", (file: string) => truncate(file, 0)],
  ["has other bytes", (file: string) => writeFile(file, Buffer.alloc(10_000))],
  ["is gone", (file: string) => rm(file)],
  ["is a link to its like", (file: string) => planted(file)],
])("an entry whose file %s is not given, and is removed", async (_, damage) => {
  const folder = await opened();
  await folder.write(key(1), compiled(10_000));
  await damage(join(place.path, key(1)));
  expect(await folder.read(key(1))).toBeNull();
  expect(warned).toEqual([expect.stringContaining(key(1))]);
  expect(await readdir(place.path)).toEqual([]);
  expect(folder).toMatchObject({ entries: 0, bytes: 0 });
});

async function planted(file: string): Promise<void> {
  const other = await dir({ unsafeCleanup: true });
  const elsewhere = await openCompiledFolder({ folder: other.path, boundBytes: MIB, warn: () => undefined });
  await elsewhere.write(key(1), compiled(10_000));
  await rm(file);
  await symlink(join(other.path, key(1)), file);
}

test("an entry whose bytes were altered without a change of size is not given", async () => {
  const folder = await opened();
  await folder.write(key(1), compiled(10_000));
  const file = join(place.path, key(1));
  await using handle = await open(file, "r+");
  await handle.write(Buffer.from([8]), 0, 1, 9_000);
  expect(await folder.read(key(1))).toBeNull();
});

test("what was not used for longest goes where room is needed, also after a restart", async () => {
  const folder = await opened();
  for (const digit of [1, 2, 3]) await folder.write(key(digit), compiled(100_000));
  const old = new Date(Date.now() - 60_000);
  for (const digit of [1, 2, 3]) await utimes(join(place.path, key(digit)), old, old);
  await folder.read(key(1));
  const narrow = await opened(250_000);
  expect(await narrow.read(key(1))).not.toBeNull();
  expect(narrow.entries).toBe(2);
  expect(narrow.bytes).toBeLessThanOrEqual(250_000);
});

test("many entries never take more room than they may", async () => {
  const folder = await opened();
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      folder.write(String(index).padStart(64, "0"), compiled(100_000)),
    ),
  );
  expect(folder.bytes).toBeLessThanOrEqual(MIB);
  expect(await readdir(place.path)).toHaveLength(folder.entries);
});

test("one entry that would throw out all others is not kept", async () => {
  const folder = await opened();
  await folder.write(key(1), compiled(MIB / 4));
  expect(await readdir(place.path)).toEqual([]);
});

test("what a daemon that was killed was writing is removed at the next start", async () => {
  await writeFile(join(place.path, `${key(1)}.0123456789abcdef`), "half");
  const folder = await opened();
  expect(await readdir(place.path)).toEqual([]);
  expect(folder.bytes).toBe(0);
});
