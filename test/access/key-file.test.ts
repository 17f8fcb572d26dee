import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addKey } from "../../src/access/add-key.ts";
import { mayUse } from "../../src/access/api-key.ts";
import { keyRing } from "../../src/access/key-ring.ts";
import { newKey } from "../../src/access/new-key.ts";
import { readKeys } from "../../src/access/read-keys.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const GID = 74_901;
const ADD = { gid: GID, isReplacing: false };

let folder: Awaited<ReturnType<typeof dir>>;
let file: string;

beforeEach(async () => {
  folder = await dir({ unsafeCleanup: true });
  file = join(folder.path, "etc/keys.json");
});

afterEach(() => folder.cleanup());

test("a key that was added is found by its text, and its text is nowhere in the file", async () => {
  const { text, entry } = newKey("alice", ["run"], NOW);
  expect(text).toMatch(/^ck_[A-Za-z0-9_-]{43}$/);
  await addKey(file, entry, ADD);
  const ring = keyRing(await readKeys(file));
  expect(ring.find(text)).toEqual({
    name: "alice",
    scopes: ["run"],
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    created: "2026-01-02T03:04:05.000Z",
  });
  expect(await readFile(file, "utf8")).not.toContain(text.slice(3));
  for (const wrong of ["", text.slice(1), `${text}x`, entry.sha256, newKey("b", ["run"], NOW).text]) {
    expect(ring.find(wrong)).toBeNull();
  }
});

test("the file belongs to root and the daemon's group, and nobody else reads it", async () => {
  await addKey(file, newKey("alice", ["run"], NOW).entry, ADD);
  const { uid, gid, mode } = await stat(file);
  expect([uid, gid, mode & 0o7777]).toEqual([0, GID, 0o640]);
});

test("a name is given once, and the refused one leaves the file as it was", async () => {
  await addKey(file, newKey("alice", ["run"], NOW).entry, ADD);
  const before = await readFile(file, "utf8");
  await expect(addKey(file, newKey("alice", ["admin"], NOW).entry, ADD)).rejects.toThrow(
    /a key called alice exists already/,
  );
  await expect(addKey(file, newKey("al ice", ["admin"], NOW).entry, ADD)).rejects.toThrow(
    /must be 1 to 64 letters/,
  );
  expect(await readFile(file, "utf8")).toBe(before);
  await addKey(file, newKey("bob", ["admin"], NOW).entry, ADD);
  expect((await readKeys(file)).map(({ name }) => name)).toEqual(["alice", "bob"]);
});

test("a key that takes another's place ends that one, and leaves the others", async () => {
  const [old, other, fresh] = [
    newKey("alice", ["run"], NOW),
    newKey("bob", ["run"], NOW),
    newKey("alice", ["admin"], NOW),
  ];
  await addKey(file, old.entry, ADD);
  await addKey(file, other.entry, ADD);
  await addKey(file, fresh.entry, { ...ADD, isReplacing: true });
  const ring = keyRing(await readKeys(file));
  expect(ring.find(old.text)).toBeNull();
  expect(ring.find(other.text)?.name).toBe("bob");
  expect(ring.find(fresh.text)?.scopes).toEqual(["admin"]);
});

test("of many writers at one time none takes away what another wrote", async () => {
  const names = Array.from({ length: 20 }, (_value, index) => `key-${index}`);
  await Promise.all(names.map((name) => addKey(file, newKey(name, ["run"], NOW).entry, ADD)));
  expect((await readKeys(file)).map(({ name }) => name).sort()).toEqual(names.sort());
});

test("what a killed writer left half written holds up nobody for long", { timeout: 30_000 }, async () => {
  await addKey(file, newKey("alice", ["run"], NOW).entry, ADD);
  await writeFile(`${file}.new`, "[{");
  await addKey(file, newKey("bob", ["run"], NOW).entry, ADD);
  expect((await readKeys(file)).map(({ name }) => name)).toEqual(["alice", "bob"]);
  expect(await readdir(dirname(file))).toEqual(["keys.json"]);
});

test("no file is no key", async () => {
  expect(await readKeys(file)).toEqual([]);
});

const GOOD = newKey("alice", ["run"], NOW).entry;

test.each<[string, unknown, string]>([
  ["no list", {}, "the list of keys must be array"],
  ["a field that is not known", [{ ...GOOD, limit: 1 }], "[0].limit is not known here"],
  [
    "a scope that is not known",
    [{ ...GOOD, scopes: ["root"] }],
    "must be one of run, packages, metrics, admin",
  ],
  ["no scope", [{ ...GOOD, scopes: [] }], "[0].scopes must not have fewer than 1 items"],
  ["a hash that is none", [{ ...GOOD, sha256: "abc" }], "[0].sha256"],
  ["a name twice", [GOOD, GOOD], "two keys are called alice"],
])("%s in the file is refused with its place", async (_what, content, problem) => {
  const path = join(folder.path, "keys.json");
  await writeFile(path, JSON.stringify(content));
  await expect(readKeys(path)).rejects.toThrow(`${path}: `);
  await expect(readKeys(path)).rejects.toThrow(problem);
});

test("a file that is not JSON is refused, and not quoted", async () => {
  const path = join(folder.path, "keys.json");
  await writeFile(path, "ck_secret");
  await chmod(path, 0o640);
  await expect(readKeys(path)).rejects.toThrow(`${path}: it is not JSON`);
});

test("admin may all, the others what they name", () => {
  expect(mayUse({ ...GOOD, scopes: ["admin"] }, "run")).toBe(true);
  expect(mayUse({ ...GOOD, scopes: ["run"] }, "run")).toBe(true);
  expect(mayUse({ ...GOOD, scopes: ["run", "packages"] }, "admin")).toBe(false);
});
