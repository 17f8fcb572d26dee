import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { afterEach, expect, test, vi } from "vitest";
import { openDailyCounts } from "../../src/access/daily-counts.ts";
import { createMeter } from "../../src/access/meter.ts";
import { minuteCounter } from "../../src/access/minute-counter.ts";
import { newKey } from "../../src/access/new-key.ts";
import { openArtifactStore } from "../../src/artifacts/artifact-store.ts";
import { pistonRepository } from "../../src/packages/piston-repository.ts";
import { executed } from "../api/executed.ts";
import { startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";
import { answerTo, expectServed, type Job } from "./answer-to.ts";
import { MACHINE_IS_MINE, ONLY_MINE } from "./machine-is-mine.ts";
import { PATIENT } from "./patient.ts";

vi.setConfig(PATIENT);

const HELLO: Job = { language: "bash", files: [{ content: "echo hello" }] };

const DAY_MS = 86_400_000;
const NOW = new Date("2026-05-05T12:00:00Z").getTime();

/** Turns the time of day as this process sees it, and nothing else. */
function setClock(time: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: time });
}

afterEach(() => vi.useRealTimers());

const JUMPS: readonly (readonly [string, number])[] = [
  ["back a year", -365 * DAY_MS],
  ["ahead a year", 365 * DAY_MS],
];

test.each(JUMPS)(
  "a clock that is turned %s tells nobody to come again later than in a minute",
  async (_how, jump) => {
    setClock(NOW);
    const counter = minuteCounter();
    await counter.count("somebody");
    setClock(NOW + jump);
    const { restMs } = await counter.count("somebody");
    expect(restMs).toBeGreaterThan(0);
    expect(restMs).toBeLessThanOrEqual(60_000);
  },
);

test.each(JUMPS)(
  "a clock that is turned %s keeps a key from its jobs until the midnight that it tells of at most",
  async (_how, jump) => {
    let time = NOW;
    const now = () => new Date(time);
    const dailyCounts = await openDailyCounts({ file: null, now, warn: () => undefined });
    const meter = createMeter({ addressRatePerMinute: 0, keyRatePerMinute: 0, dailyCounts, now });
    const caller = { client: "key:bot", key: { ...newKey("bot", ["run"], now()).entry, daily_jobs: 1 } };
    await meter.enter(caller, "job");
    const refused = () =>
      meter.enter(caller, "job").then(
        () => null,
        (error) => error.retryAfterSeconds,
      );
    expect(await refused()).toBe(DAY_MS / 2000);
    time += jump;
    expect(await refused()).toBeNull();
    expect(await refused()).toBe(DAY_MS / 2000);
    time += DAY_MS / 2;
    expect(await refused()).toBeNull();
  },
);

test.each(JUMPS)(
  "files that are kept for a while are kept that long, with the clock turned %s meanwhile",
  async (_how, jump) => {
    await using folder = await temporaryFolder();
    setClock(NOW);
    await using store = await openArtifactStore({ folder: folder.path, ttlMs: 1_000, keptBytes: 2 ** 20 });
    const { id } = await store.keep([{ name: "a", content: Buffer.from("x") }]);
    setClock(NOW + jump);
    const found = await store.find(id, "a");
    found?.content.destroy();
    expect(found).not.toBeNull();
    await until("it has expired", async () => {
      const late = await store.find(id, "a");
      late?.content.destroy();
      return late === null;
    });
  },
);

test.each(JUMPS)(
  "an index of packages is fetched again when it is old, with the clock turned %s meanwhile",
  async (_how, jump) => {
    await using folder = await temporaryFolder();
    let asked = 0;
    await using server = createServer((_request, response) => {
      asked += 1;
      response.end("");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const repoUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/index`;
    setClock(NOW);
    const repository = pistonRepository({ repoUrl, stateDir: folder.path, warn: () => undefined });
    await repository.entries();
    await repository.entries(60_000);
    expect(asked).toBe(1);
    setClock(NOW + jump);
    await sleep(20);
    await repository.entries(10);
    expect(asked).toBe(2);
    server.closeAllConnections();
  },
);

async function temporaryFolder() {
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  return { path, [Symbol.asyncDispose]: cleanup };
}

test.runIf(MACHINE_IS_MINE).each([
  ["back", -2],
  ["ahead", 2],
])(
  `jobs run and are limited by a clock that nobody turns, while the machine's is turned %s by days ${ONLY_MINE}`,
  async (_how, days) => {
    await using serving = await startServing();
    await expectServed(serving.url, HELLO);
    await using _clock = await turnedBack();
    const bash = (content: string) =>
      executed(
        { language: "bash", files: [{ content }], limits: { run: { wall_time_ms: 2_500 } } },
        serving.url,
      );
    const [short, long] = [bash("sleep 1; echo hello"), bash("sleep 30; echo late")];
    await until("both run", async () => (await serving.runnerProcesses()) >= 2);
    await execa("date", ["-s", `@${Math.round(Date.now() / 1000) + days * 86_400}`]);
    expect((await short).run).toMatchObject({ stdout: "hello\n", cause: "exited" });
    expect((await short).run.wall_time_ms).toBeLessThan(2_500);
    expect((await long).run).toMatchObject({ stdout: "", cause: "wall_time" });
    expect(await answerTo(serving.url, HELLO)).toBe("right");
    const kept = {
      ...HELLO,
      files: [{ content: "echo x >out; echo hello" }],
      artifacts: ["out"],
      artifact_delivery: "url" as const,
    };
    expect(await answerTo(serving.url, kept)).toBe("right");
  },
);

/** Puts the machine's clock right in the end, by one that goes on. */
async function turnedBack(): Promise<AsyncDisposable> {
  const [date, from] = [Date.now(), performance.now()];
  return {
    async [Symbol.asyncDispose]() {
      await execa("date", ["-s", `@${(date + performance.now() - from) / 1000}`]);
    },
  };
}
