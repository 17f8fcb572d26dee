import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newKey } from "../../src/access/new-key.ts";
import { openAccess } from "../../src/daemon/open-access.ts";

const KEY = newKey("boss", ["admin"], new Date());

let folder: Awaited<ReturnType<typeof dir>>;
let some: string;
let none: string;

beforeAll(async () => {
  folder = await dir({ unsafeCleanup: true });
  some = join(folder.path, "some.json");
  none = join(folder.path, "none.json");
  await writeFile(some, JSON.stringify([KEY.entry]));
});

afterAll(() => folder.cleanup());

function opened(requireKey: boolean, keysFile: string, bindAddress: string) {
  return openAccess({ requireKey, keysFile, bindAddress }, () => {});
}

test("required keys without a key refuse the start, with the command that makes one", async () => {
  const access = await opened(true, none, "0.0.0.0");
  expect(() => access.listensOn("0.0.0.0")).toThrow(
    `API keys are required on 0.0.0.0, and ${none} holds none. Make one: sudo env CRANKCASE_KEYS_FILE=${none} crankcase keys create admin --scope admin`,
  );
});

test("until it is known where the server listens, keys are required", async () => {
  const access = await opened(false, none, "127.0.0.1");
  expect(access.isOpen).toBe(false);
  expect(access.listensOn("127.0.0.1")).toEqual([]);
  expect(access.isOpen).toBe(true);
});

test("keys that are required on loopback are required there too", async () => {
  const access = await opened(true, some, "127.0.0.1");
  expect(access.listensOn("127.0.0.1")).toEqual([]);
  expect(access.isOpen).toBe(false);
  expect(access.keys.find(KEY.text)?.name).toBe("boss");
});

test("a server that is opened to all on purpose says so", async () => {
  const access = await opened(false, none, "0.0.0.0");
  expect(access.listensOn("0.0.0.0")).toEqual([expect.stringMatching(/require_key is false .* 0\.0\.0\.0/)]);
  expect(access.isOpen).toBe(true);
});

test("a socket that is more public than the configured address is not opened without a key", async () => {
  const closed = await opened(false, some, "127.0.0.1");
  expect(closed.listensOn("0.0.0.0")).toEqual([]);
  expect(closed.isOpen).toBe(false);
  expect(closed.keys.find(KEY.text)?.name).toBe("boss");
  const without = await opened(false, none, "localhost");
  expect(() => without.listensOn("::")).toThrow(/API keys are required on ::/);
});
