import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import type { DueQuestion } from "../../src/callbacks/due-callback.ts";
import type { JobStore, NewJob } from "../../src/queue/job-store.ts";
import { openSqliteStore } from "../../src/queue/sqlite-store.ts";

const NOON = Date.UTC(2026, 0, 2, 12);

function newJob(id: string, more: Partial<NewJob> = {}): NewJob {
  return {
    ...{ id, client: "key:bot", owner: "bot", language: "bash", version: "*", priority: 0, retry: 0 },
    ...{ ttlSeconds: 60, idempotencyKey: null, callback: null, request: "{}", submittedAt: NOON },
    ...more,
  };
}

async function withStore(use: (store: JobStore, file: string) => Promise<void>): Promise<void> {
  const folder = await dir({ unsafeCleanup: true });
  const file = join(folder.path, "jobs", "jobs.sqlite");
  try {
    await using store = await openSqliteStore(file);
    await use(store, file);
  } finally {
    await folder.cleanup();
  }
}

const DONE = { state: "done", starts: 1, startedAt: NOON, finishedAt: NOON, error: null } as const;

test("what was accepted is there after the store was closed and opened again, in its order", async () => {
  const folder = await dir({ unsafeCleanup: true });
  const file = join(folder.path, "jobs.sqlite");
  {
    await using store = await openSqliteStore(file);
    await store.add([newJob("1", { request: '{"a":"\\u0000é"}' }), newJob("2", { priority: 7 })]);
    await store.add([newJob("3", { owner: null, client: "address:1" })]);
    expect(await store.end({ ...DONE, id: "2", result: '{"x":1}' })).toBe(true);
  }
  await using store = await openSqliteStore(file);
  expect((await store.queued()).map(({ id }) => id)).toEqual(["1", "3"]);
  expect(await store.requestOf("1")).toBe('{"a":"\\u0000é"}');
  const [found] = await store.find(["2", "4"]);
  expect(found).toMatchObject({ result: '{"x":1}', error: null });
  expect(found?.record).toMatchObject({ state: "done", priority: 7, starts: 1, expiresAt: NOON + 60_000 });
  expect((await stat(folder.path)).isDirectory()).toBe(true);
  await folder.cleanup();
});

test("a job ends once, and nobody runs it again", () =>
  withStore(async (store) => {
    await store.add([newJob("1")]);
    expect(await store.end({ ...DONE, id: "1", result: "{}" })).toBe(true);
    expect(await store.end({ ...DONE, id: "1", state: "cancelled", result: null })).toBe(false);
    expect(await store.requestOf("1")).toBeNull();
    expect(await store.queued()).toEqual([]);
    expect((await store.find(["1"]))[0]?.record.state).toBe("done");
  }));

test("a key that a client used before gives its first job, and another client a job of its own", () =>
  withStore(async (store) => {
    const once = { idempotencyKey: "order 7" };
    const [first] = await store.add([newJob("1", once)]);
    const again = await store.add([newJob("2", once), newJob("3"), newJob("4", { ...once, client: "b" })]);
    expect(first?.isNew).toBe(true);
    expect(again.map(({ record, isNew }) => [record.id, isNew])).toEqual([
      ["1", false],
      ["3", true],
      ["4", true],
    ]);
    expect((await store.queued()).map(({ id }) => id)).toEqual(["1", "3", "4"]);
  }));

test("of jobs that are added together all are stored or none, and others that were asked for meanwhile are", () =>
  withStore(async (store) => {
    await store.add([newJob("1")]);
    const [refused, alone] = await Promise.allSettled([
      store.add([newJob("2"), newJob("1")]),
      store.add([newJob("3")]),
    ]);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "store_unavailable" } });
    expect(alone.status).toBe("fulfilled");
    expect((await store.queued()).map(({ id }) => id)).toEqual(["1", "3"]);
  }));

test("what has expired is removed with all that belongs to it, and jobs that wait stay", () =>
  withStore(async (store) => {
    await store.add([newJob("1", { ttlSeconds: 1 }), newJob("2"), newJob("3", { ttlSeconds: 1 })]);
    for (const id of ["1", "2"]) await store.end({ ...DONE, id, result: "x".repeat(1_000) });
    expect(await store.size()).toEqual({ queued: 1, bytes: 2_002 });
    expect(await store.removeExpired(NOON + 2_000)).toBe(1);
    expect((await store.find(["1", "2", "3"])).map(({ record }) => record.id)).toEqual(["2", "3"]);
    expect(await store.size()).toEqual({ queued: 1, bytes: 1_002 });
  }));

test("lists have a caller's own jobs, the newest first, a page at a time", () =>
  withStore(async (store) => {
    const open = { owner: null, client: "address:1" };
    await store.add([
      newJob("1"),
      newJob("2", open),
      newJob("3"),
      newJob("4", { owner: "other" }),
      newJob("5"),
    ]);
    await store.end({ ...DONE, id: "3", result: "{}" });
    const list = async (wanted: Partial<Parameters<JobStore["list"]>[0]>) => {
      const all = { owner: null, state: null, limit: 10, before: null, ...wanted };
      return (await store.list(all)).map(({ id }) => id);
    };
    expect(await list({})).toEqual(["5", "4", "3", "2", "1"]);
    expect(await list({ owner: { key: "bot" } })).toEqual(["5", "3", "1"]);
    expect(await list({ owner: { key: "bot" }, state: "queued" })).toEqual(["5", "1"]);
    expect(await list({ owner: { key: "bot" }, limit: 1, before: "5" })).toEqual(["3"]);
    expect(await list({ owner: { client: "address:1" } })).toEqual(["2"]);
  }));

test("callbacks are due when their job is over, and not any more once they were delivered", () =>
  withStore(async (store) => {
    const callback = { url: "https://example.org/done", secret: "a secret of 16 and more" };
    await store.add([newJob("1", { callback }), newJob("2")]);
    const due = (now: number, more: Partial<DueQuestion> = {}) =>
      store.dueCallbacks({ limit: 10, exceptIds: [], exceptHosts: [], ...more }, now);
    const nothing = { due: [], nextAtMs: null };
    expect(await due(NOON)).toEqual(nothing);
    for (const id of ["1", "2"]) await store.end({ ...DONE, id, result: "{}" });
    expect(await due(NOON)).toEqual({ due: [{ id: "1", ...callback, tries: 0 }], nextAtMs: null });
    expect(await due(NOON, { exceptIds: ["1"] })).toEqual(nothing);
    expect(await due(NOON, { exceptHosts: ["example.org"] })).toEqual(nothing);
    const tried = { id: "1", tries: 1, message: "503" } as const;
    await store.callbackTried({ ...tried, state: "waiting", dueAt: NOON + 5_000 });
    expect(await due(NOON)).toEqual({ due: [], nextAtMs: NOON + 5_000 });
    expect((await due(NOON + 5_000)).due).toMatchObject([{ tries: 1 }]);
    await store.callbackTried({ ...tried, tries: 2, message: null, state: "delivered", dueAt: null });
    expect(await due(NOON + 9_000)).toEqual(nothing);
    const [found] = await store.find(["1"]);
    expect(found?.record.callback).toEqual({ state: "delivered", tries: 2, message: null });
  }));

test("a file that is no database, or of a later Crankcase, is refused and left as it is", async () => {
  const folder = await dir({ unsafeCleanup: true });
  const file = join(folder.path, "jobs.sqlite");
  await writeFile(
    file,
    "this is text, and long enough to be looked at as if it were a database of SQLite's own kind",
  );
  const before = await readFile(file);
  await expect(openSqliteStore(file)).rejects.toMatchObject({
    code: "start_failed",
    message: expect.stringContaining(file),
  });
  expect(await readFile(file)).toEqual(before);
  await folder.cleanup();
});
