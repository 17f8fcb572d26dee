import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import type { ApiKey } from "../../src/access/api-key.ts";
import { OPERATOR } from "../../src/access/caller.ts";
import { openDailyCounts } from "../../src/access/daily-counts.ts";
import { createMeter, type MeterOptions } from "../../src/access/meter.ts";
import { newKey } from "../../src/access/new-key.ts";
import type { Standing } from "../../src/access/standing.ts";

const NOON = new Date("2026-01-02T12:00:00Z");

async function meterOf(options: Partial<MeterOptions> = {}) {
  const now = options.now ?? (() => NOON);
  const dailyCounts = await openDailyCounts({ file: null, now, warn: () => undefined });
  return createMeter({ addressRatePerMinute: 0, keyRatePerMinute: 0, dailyCounts, now, ...options });
}

/** A caller with a key that has these limits. */
function keyed(limits: Partial<ApiKey>, name = "bot") {
  return { client: `key:${name}`, key: { ...newKey(name, ["run"], NOON).entry, ...limits } };
}

const address = (text: string) => ({ client: `address:${text}`, key: null });

test("an address gets its requests of a minute, then 429 with when to come again; others go on", async () => {
  const meter = await meterOf({ addressRatePerMinute: 2 });
  const told: Standing[] = [];
  const enter = () => meter.enter(address("192.0.2.1"), "job", (standing) => told.push(standing));
  await enter();
  await enter();
  await expect(enter()).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 60 });
  expect(told.map(({ policy, limit, remaining }) => [policy, limit, remaining])).toEqual([
    ["address", 2, 1],
    ["address", 2, 0],
    ["address", 2, 0],
  ]);
  await meter.enter(address("192.0.2.2"), "job");
});

test("a key's own rate goes before the common one, and a key's requests do not count for its address", async () => {
  const meter = await meterOf({ addressRatePerMinute: 1, keyRatePerMinute: 1 });
  await meter.enter(keyed({}), "job");
  await expect(meter.enter(keyed({}), "change")).rejects.toMatchObject({ code: "rate_limited" });
  const fast = keyed({ rate_per_minute: 3 }, "fast");
  for (const _request of [1, 2, 3]) await meter.enter(fast, "job");
  await expect(meter.enter(fast, "job")).rejects.toMatchObject({ code: "rate_limited" });
});

test("the operator's socket has no limit", async () => {
  const meter = await meterOf({ addressRatePerMinute: 1, keyRatePerMinute: 1 });
  for (const _request of [1, 2, 3]) await meter.enter(OPERATOR, "job");
});

test("a key may have so many requests under way, and one more once one of them is over", async () => {
  const meter = await meterOf();
  const caller = keyed({ concurrency: 2 });
  const first = await meter.enter(caller, "job");
  await meter.enter(caller, "job");
  await expect(meter.enter(caller, "job")).rejects.toMatchObject({ code: "too_many_at_once" });
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await meter.enter(caller, "job");
  await expect(meter.enter(caller, "job")).rejects.toMatchObject({ code: "too_many_at_once" });
});

test("a key has its jobs of a day until midnight, UTC; changes of packages and refused jobs do not count", async () => {
  let time = NOON;
  const meter = await meterOf({ now: () => time });
  const caller = keyed({ daily_jobs: 2, concurrency: 1 });
  const job = async () => (await meter.enter(caller, "job"))[Symbol.dispose]();
  (await meter.enter(caller, "change"))[Symbol.dispose]();
  await job();
  const open = await meter.enter(caller, "change");
  await expect(meter.enter(caller, "job")).rejects.toMatchObject({ code: "too_many_at_once" });
  open[Symbol.dispose]();
  await job();
  await expect(job()).rejects.toMatchObject({ code: "quota_spent", retryAfterSeconds: 43_200 });
  time = new Date("2026-01-03T00:00:00Z");
  await job();
});

test("of keys that nobody knows an address may send thirty a minute", async () => {
  const meter = await meterOf();
  for (let count = 0; count < 30; count += 1) await meter.wrongKey("address:192.0.2.1");
  await expect(meter.wrongKey("address:192.0.2.1")).rejects.toMatchObject({ code: "rate_limited" });
  await meter.wrongKey("address:192.0.2.2");
});

test("the day's jobs are known again after a restart, and not on the next day", async () => {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  const file = join(path, "daily-jobs.json");
  const warn = (text: string) => expect.unreachable(text);
  const open = (day: string) => openDailyCounts({ file, now: () => new Date(`${day}T12:00:00Z`), warn });
  const counts = await open("2026-01-02");
  counts.add("bot", 1);
  counts.add("bot", 1);
  await counts[Symbol.asyncDispose]();
  expect((await open("2026-01-02")).of("bot")).toBe(2);
  expect((await open("2026-01-03")).of("bot")).toBe(0);
  for (const broken of ["", "[1]", '{"day":7}', '{"day":"2026-01-02","jobs":{"bot":"x"}}', "null"]) {
    await writeFile(file, broken);
    expect((await open("2026-01-02")).of("bot")).toBe(0);
  }
  await cleanup();
});

test("a file of the day's jobs that cannot be written is told, and the counts go on", async () => {
  const said: string[] = [];
  const file = "/proc/nowhere/daily-jobs.json";
  const counts = await openDailyCounts({ file, now: () => NOON, warn: (text) => void said.push(text) });
  counts.add("bot", 1);
  await counts[Symbol.asyncDispose]();
  expect([counts.of("bot"), said]).toEqual([1, [expect.stringContaining("cannot be written")]]);
  await expect(readFile(file)).rejects.toThrow();
});
