import { readlink } from "node:fs/promises";
import { expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";
import { type Caller, startLoad } from "./load.ts";
import { startKept } from "./start-kept.ts";

const CALLERS: readonly Caller[] = [
  { keepAlive: false, pauseMs: 0 },
  { keepAlive: false, pauseMs: 20 },
  { keepAlive: true, pauseMs: 0 },
  { keepAlive: true, pauseMs: 30 },
  // Its connection is idle most of the time: it must not be cut while the next request is on its way.
  { keepAlive: true, pauseMs: 300 },
];

function readyTimes({ log }: Serving): number {
  return log.filter((line) => line.includes('"ready"')).length;
}

test("three restarts under constant load lose no request and refuse no connection", async () => {
  await using serving = await startKept();
  const load = startLoad(serving.url, CALLERS);
  {
    await using _ending = load;
    for (const restart of [1, 2, 3]) {
      const before = load.answered;
      await until("jobs are answered", () => load.answered >= before + 3 * CALLERS.length, 20_000);
      process.kill(serving.pid, "SIGHUP");
      await until("the next daemon serves", () => readyTimes(serving) === restart + 1, 30_000);
    }
    const before = load.answered;
    await until("jobs are answered again", () => load.answered >= before + 3 * CALLERS.length, 20_000);
  }
  expect(load.failures).toEqual([]);
  expect(load.answered).toBeGreaterThan(12 * CALLERS.length);
}, 180_000);

test("a daemon that is killed under load refuses no connection, and the next one answers on the same port", async () => {
  await using serving = await startKept();
  const load = startLoad(serving.url, CALLERS);
  {
    await using _ending = load;
    await until("jobs are answered", () => load.answered > 3, 20_000);
    process.kill(serving.child("daemon"), "SIGKILL");
    await until("the next daemon serves", () => readyTimes(serving) === 2, 30_000);
    const before = load.answered;
    await until("jobs are answered again", () => load.answered > before + CALLERS.length, 20_000);
  }
  // What the killed one had accepted is lost, with its connection: at most one job of each caller.
  expect(load.failures.filter((failure) => !failure.includes("ECONNRESET"))).toEqual([]);
  expect(load.failures.length).toBeLessThanOrEqual(CALLERS.length);
}, 120_000);

test("the daemon alone has the socket, next to the keeper and the parent that waits: the jailer has not", async () => {
  await using serving = await startKept();
  const socket = (pid: number) => readlink(`/proc/${pid}/fd/3`);
  expect(await socket(serving.child("daemon"))).toMatch(/^socket:/);
  expect(await socket(serving.child("jailer"))).not.toMatch(/^socket:/);
});

test.each<[string, string[], RegExp]>([
  ["no descriptor at all", [], /Descriptor 3 is no listening TCP socket/],
  ["a file", ["/bin/sh", "-c", 'exec "$@" 3</dev/null', "sh"], /it is \/dev\/null/],
])("%s in the socket's place ends the start with the reason", async (_what, before, reason) => {
  await expect(startServing({}, {}, { before, options: ["--listen-fd", "3"] })).rejects.toThrow(reason);
});
