import { dir } from "tmp-promise";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CompileCache, openCompileCache } from "../../src/compiled/compile-cache.ts";
import type { Compiled } from "../../src/compiled/compiled.ts";

const KEY = "a".repeat(64);
const NOTHING: Compiled = { output: [], files: [] };
const never = new AbortController().signal;

let place: Awaited<ReturnType<typeof dir>>;
let cache: CompileCache;

beforeEach(async () => {
  place = await dir({ unsafeCleanup: true });
  cache = await openCompileCache({ folder: place.path, boundBytes: 2 ** 20, warn: () => undefined });
});

afterEach(async () => {
  await cache[Symbol.asyncDispose]();
  await place.cleanup();
});

test("one leads, and what it makes reaches all that wait and all that come", async () => {
  const lead = cache.begin(KEY);
  expect(cache.begin(KEY)).toBeNull();
  const waiting = [cache.find(KEY, never), cache.find(KEY, never)];
  lead?.keep(NOTHING);
  expect(await Promise.all(waiting)).toEqual([NOTHING, NOTHING]);
  expect(await cache.find(KEY, never)).toEqual(NOTHING);
  expect(cache.begin(KEY)).toBeNull();
  expect(cache.counts).toMatchObject({ hits: 3, misses: 1 });
});

test("where the one that leads gives up, the next may lead; where nothing can be kept, each is alone", async () => {
  const first = cache.begin(KEY);
  const afterFirst = cache.find(KEY, never);
  first?.[Symbol.dispose]();
  expect(await afterFirst).toBe("none");
  const second = cache.begin(KEY);
  const afterSecond = cache.find(KEY, never);
  second?.refuse();
  // Disposing what is over ends nobody else's.
  const third = cache.begin(KEY);
  second?.[Symbol.dispose]();
  expect(cache.begin(KEY)).toBeNull();
  expect(await afterSecond).toBe("alone");
  third?.[Symbol.dispose]();
});

test("who leaves while it waits is let go at once, and the others go on waiting", async () => {
  const lead = cache.begin(KEY);
  const caller = new AbortController();
  const leaving = cache.find(KEY, caller.signal);
  const staying = cache.find(KEY, never);
  caller.abort(new Error("gone"));
  await expect(leaving).rejects.toThrow("gone");
  lead?.keep(NOTHING);
  expect(await staying).toEqual(NOTHING);
});

test("what does not fit on the disk is kept in memory", async () => {
  const content = Buffer.alloc(2 ** 19);
  const large = { output: [], files: [{ name: "a.out", content, executable: true }] };
  cache.begin(KEY)?.keep(large);
  expect(await cache.find(KEY, never)).toBe(large);
  expect(cache.counts.entries).toBe(0);
});
