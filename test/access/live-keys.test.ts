import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addKey } from "../../src/access/add-key.ts";
import { keyRing } from "../../src/access/key-ring.ts";
import { type LiveKeys, openKeys } from "../../src/access/live-keys.ts";
import { newKey } from "../../src/access/new-key.ts";
import { readKeys } from "../../src/access/read-keys.ts";
import { removeKey } from "../../src/access/remove-key.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const ADD = { gid: 74_902, isReplacing: false };
const SOON = { timeout: 20_000, interval: 50 };
const ALICE = newKey("alice", ["run"], NOW);
const BOB = newKey("bob", ["run"], NOW, { rate_per_minute: 5 });

let folder: Awaited<ReturnType<typeof dir>>;
let file: string;
let keys: LiveKeys;
let warnings: string[];

beforeEach(async () => {
  folder = await dir({ unsafeCleanup: true });
  file = join(folder.path, "keys.json");
  await addKey(file, ALICE.entry, ADD);
  warnings = [];
  keys = await openKeys(file, (text) => void warnings.push(text));
});

afterEach(async () => {
  await keys[Symbol.asyncDispose]();
  await folder.cleanup();
});

test("a key that is added opens, and one that is revoked no longer does, while the server runs", async () => {
  await addKey(file, BOB.entry, ADD);
  await expect.poll(() => keys.find(BOB.text)?.rate_per_minute, SOON).toBe(5);
  await removeKey(file, "alice", ADD.gid);
  await expect.poll(() => keys.find(ALICE.text), SOON).toBeNull();
  expect([keys.count, keys.find(BOB.text)?.name, warnings]).toEqual([1, "bob", []]);
});

test("a file that breaks leaves the keys as they were, says so once, and counts again when it is mended", async () => {
  await writeFile(file, "[{");
  await expect.poll(() => keys.fault, SOON).toMatch(/the API keys stay as they were: .*it is not JSON/);
  expect([keys.find(ALICE.text)?.name, warnings]).toEqual(["alice", [keys.fault]]);
  await writeFile(file, JSON.stringify([BOB.entry]));
  await expect.poll(() => keys.fault, SOON).toBeNull();
  expect([keys.find(ALICE.text), keys.find(BOB.text)?.name]).toEqual([null, "bob"]);
});

test("a file that is taken away takes all keys away", async () => {
  await rm(file);
  await expect.poll(() => keys.find(ALICE.text), SOON).toBeNull();
});

test("revoking a key that is not there names the one that may be meant, and changes nothing", async () => {
  await expect(removeKey(file, "alise", ADD.gid)).rejects.toThrow(/no key is called alise.*alice/);
  expect((await readKeys(file)).map(({ name }) => name)).toEqual(["alice"]);
});

test("a key opens until its time is over, and a time that is none is over", () => {
  const entry = { ...ALICE.entry, expires: "2026-01-02T04:00:00Z" };
  const at = (time: string, key = entry) => keyRing([key], () => new Date(time)).find(ALICE.text)?.name;
  expect(at("2026-01-02T03:59:59Z")).toBe("alice");
  expect(at("2026-01-02T04:00:00Z")).toBeUndefined();
  expect(at("2026-01-02T03:00:00Z", { ...entry, expires: "2026-13-99T04:00:00Z" })).toBeUndefined();
});

test.each<[string, object, string]>([
  ["a rate of nothing", { rate_per_minute: 0 }, "[0].rate_per_minute"],
  ["a time without a zone", { expires: "2027-01-01" }, "must be a time of UTC such as"],
])("%s is refused with its place", async (_what, limits, problem) => {
  await writeFile(file, JSON.stringify([{ ...ALICE.entry, ...limits }]));
  await expect(readKeys(file)).rejects.toThrow(problem);
});
