import { afterAll, beforeAll, expect, test } from "vitest";
import { killAll, type PoolServer, poolServer, sessionsOf } from "../pools/serving-pools.ts";
import { findLeftovers } from "../support/census.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";
import { during, type StormJob, storm } from "./storm.ts";
import { waitingInits, waitingPrograms, waitingSessions } from "./waiting-jails.ts";

const STORM = { timeout: 240_000 * TIME_FACTOR };

/** A busy machine needs long for what was asked of it last. */
const PATIENCE_MS = 60_000;

const JOBS_EACH = 8;
const ROUNDS = 5;

let server: PoolServer;
beforeAll(async () => {
  server = await poolServer({ slots: 8, ready_jails: 16 });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Jobs that were not right, and what they were told. */
function wrong(jobs: readonly StormJob[]): readonly StormJob[] {
  return jobs.filter(({ outcome }) => outcome !== "right");
}

/** Jails that wait, as the server counts them. */
async function countWaiting({ metric }: PoolServer): Promise<number> {
  return (await metric("crankcase_jails_ready")) + (await metric("crankcase_interpreters_ahead"));
}

/** Resolves when every jail that there is waits for a job. */
async function onlyWaitingJails(): Promise<void> {
  const areAll = async () =>
    (await waitingSessions(server.serving)).length === (await countWaiting(server)) &&
    (await waitingPrograms(server.serving)).length === (await server.metric("crankcase_interpreters_ahead"));
  await until("each jail is one that waits", areAll, PATIENCE_MS);
}

test(
  "a storm of all languages at one time: every job is right, and only what waits is left of it",
  STORM,
  async () => {
    const jobs = await storm(server, JOBS_EACH);
    expect(wrong(jobs)).toEqual([]);
    expect(jobs.some(({ start }) => start === "ahead")).toBe(true);
    await onlyWaitingJails();
  },
);

test("programs that wait are killed throughout a storm: every job is right", STORM, async () => {
  let killed = 0;
  const jobs = await during(storm(server, JOBS_EACH), 50, async () => {
    const waiting = (await waitingPrograms(server.serving)).slice(0, 1);
    killAll(waiting);
    killed += waiting.length;
  });
  expect(wrong(jobs)).toEqual([]);
  expect(killed).toBeGreaterThan(0);
  await onlyWaitingJails();
});

test.each([
  ["the sessions", waitingSessions],
  ["the first processes", waitingInits],
])("%s of all jails that wait are killed as jobs come: every job is right", STORM, async (_what, find) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    await server.startAhead("python");
    await onlyWaitingJails();
    const waiting = await find(server.serving);
    const jobs = storm(server, 1);
    killAll(waiting);
    expect(waiting.length).toBeGreaterThan(1);
    expect(wrong(await jobs)).toEqual([]);
  }
});

test.each([
  ["one place", { ready_jails: 1 }],
  ["three places", { ready_jails: 3 }],
  ["memory for one program", { ready_jails: 8, ahead_memory_bytes: 12_000_000 }],
])(
  "with %s for all that wait every job of a storm is right, and no more wait than may",
  STORM,
  async (_what, bounds) => {
    await using small = await poolServer({ slots: 8, ...bounds });
    const counts: number[] = [];
    const count = async () => void counts.push(await countWaiting(small));
    expect(wrong(await during(storm(small, JOBS_EACH / 2), 20, count))).toEqual([]);
    expect(Math.max(...counts)).toBeLessThanOrEqual(bounds.ready_jails);
  },
);

test(
  "a jailer that is killed in a storm fails the jobs that run in it, and later ones are right",
  STORM,
  async () => {
    const jailer = () => server.serving.child("jailer");
    const first = jailer();
    const jobs = storm(server, JOBS_EACH);
    await until("programs wait", async () => (await waitingPrograms(server.serving)).length > 0, PATIENCE_MS);
    killAll([first]);
    for (const { outcome } of wrong(await jobs))
      expect(outcome).toMatch(/"code":"(jail_lost|jailer_absent)"/);
    await until("it is started again", () => jailer() !== first, PATIENCE_MS);
    await until("it serves", async () => wrong(await storm(server, 1)).length === 0, PATIENCE_MS);
    expect(wrong(await storm(server, 1))).toEqual([]);
    await server.startAhead("python");
    await onlyWaitingJails();
    expect(await sessionsOf(first).catch(() => "gone")).toBe("gone");
  },
);

test("nothing is left of all that when the server stops", async () => {
  const { place } = server.serving;
  await server[Symbol.asyncDispose]();
  expect(await findLeftovers(place)).toEqual([]);
});
