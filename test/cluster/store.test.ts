import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADD_JOBS } from "../../src/cluster/scripts/add-jobs.ts";
import { BEGIN_JOB } from "../../src/cluster/scripts/begin-job.ts";
import { END_JOB } from "../../src/cluster/scripts/end-job.ts";
import { TAKE_JOB } from "../../src/cluster/scripts/take-job.ts";
import { sharedArtifacts } from "../../src/cluster/shared-artifacts.ts";
import { openSharedStore, type SharedStore } from "../../src/cluster/shared-store.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

let redis: RedisServer;
let store: SharedStore;

beforeAll(async () => {
  redis = await startRedis("everysec");
  store = await openSharedStore({ store: redis.url }, () => undefined);
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

interface Turn {
  readonly id: string;
  readonly tag: number;
  readonly epoch: string;
}

/** Adds a job; its turn's tag is below `mostTag`. */
async function added(id: string, client: string, mostTag = 1_000, priority = 0): Promise<Turn> {
  const fields = { id, client, class: "c", language: "bash", version: "*", priority: String(priority) };
  const job = JSON.stringify({ ...fields, retry: "0", ttl: "60", submitted: "1" });
  const [first] = (await store.run(ADD_JOBS, "", 100, 100, 1_000_000, mostTag, job, "{}")) as string[][];
  const [, , , , tag, epoch = ""] = first ?? [];
  return { id, tag: Number(tag), epoch };
}

/** Which job a turn has. */
async function taken(
  { id, tag, epoch }: Turn,
  client: string,
  fence = `fence-${id}`,
): Promise<string | undefined> {
  const answer = await store.run(TAKE_JOB, id, client, "c", tag, epoch, "worker", fence, Date.now());
  return (answer as string[])[1];
}

test("a client's turn has its best job, whichever it was made for", async () => {
  const turns = [
    await added("low", "ann", 1_000, -5),
    await added("first", "ann"),
    await added("high", "ann", 1_000, 9),
  ];
  const ran = [];
  for (const turn of turns) ran.push(await taken(turn, "ann"));
  expect(ran).toEqual(["high", "first", "low"]);
});

test("who sends many jobs is behind who sends few, and nobody gains by waiting", async () => {
  const many = [];
  for (const id of ["m1", "m2", "m3", "m4"]) many.push(await added(id, "many"));
  const [few] = [await added("f1", "few")];
  expect(few?.tag).toBe(many[0]?.tag);
  for (const turn of many.slice(0, 2)) await taken(turn, "many");
  expect((await added("l1", "late")).tag).toBe((many[1]?.tag ?? 0) + 1);
  for (const turn of many.slice(2)) await taken(turn, "many");
  await taken(few as Turn, "few");
});

test("tags begin anew before they are greater than BullMQ takes, and stay in order", async () => {
  const most = 20;
  const turns: Turn[] = [];
  for (let number = 0; number < 60; number += 1) {
    turns.push(await added(`t${number}`, number % 3 === 0 ? "one" : "other", most));
    expect(turns.at(-1)?.tag).toBeLessThan(most);
    if (number >= 4) await taken(turns[number - 4] as Turn, (number - 4) % 3 === 0 ? "one" : "other");
  }
  expect(new Set(turns.map(({ epoch }) => epoch)).size).toBeGreaterThan(1);
});

test("nobody begins or ends a job that another worker has by now", async () => {
  const turn = await added("fenced", "zed");
  await taken(turn, "zed", "old");
  // Its worker told of itself never: it is given up once it was missed for some seconds.
  await store.ask((client) => client.set("{crankcase}:missed:worker", Date.now() - 60_000));
  expect(await taken(turn, "zed", "new")).toBe("fenced");
  const end = (fence: string) => store.run(END_JOB, "fenced", fence, "done", 1, 1, 2, `"${fence}"`, "");
  expect(await store.run(BEGIN_JOB, "fenced", "old", 1)).toBe("lost");
  expect(await end("old")).toBe(0);
  expect([await store.run(BEGIN_JOB, "fenced", "new", 1), await end("new"), await end("new")]).toEqual([
    "ok",
    1,
    0,
  ]);
  expect(await redis.ask("hget", "{crankcase}:job:fenced", "result")).toBe('"new"');
});

test("files of jobs make room for newer ones, and are whole", async () => {
  const artifacts = sharedArtifacts(store, { ttlMs: 60_000, keptBytes: 5_000 });
  const file = (fill: string) => [{ name: "a/b.txt", content: Buffer.alloc(2_000, fill) }];
  const [first, second, third] = [
    await artifacts.keep(file("1")),
    await artifacts.keep(file("2")),
    await artifacts.keep(file("3")),
  ];
  expect(await artifacts.find(first.id, "a/b.txt")).toBeNull();
  for (const [kept, fill] of [
    [second, "2"],
    [third, "3"],
  ] as const) {
    const found = await artifacts.find(kept.id, "a/b.txt");
    expect(await text(found?.content ?? Readable.from([]))).toBe(fill.repeat(2_000));
  }
});
