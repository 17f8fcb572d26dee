import { expect, test } from "vitest";
import { killAll, type PoolServer, poolServer, sessionsOf } from "../pools/serving-pools.ts";
import { findLeftovers } from "../support/census.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";
import { during, type StormJob, storm } from "./storm.ts";
import { emptyJails, emptyJailsInits, waitingPrograms } from "./waiting-jails.ts";

const STORM_TIMEOUT_MS = 240_000 * TIME_FACTOR;

const JOBS_EACH = 16;

/** Jobs that were not right, by what they were told instead. */
function wrong(jobs: readonly StormJob[]): readonly StormJob[] {
  return jobs.filter(({ outcome }) => outcome !== "right");
}

function startedAhead(jobs: readonly StormJob[]): number {
  return jobs.filter(({ start }) => start === "ahead").length;
}

/** Fails unless each jail that there is waits for a job, and the server counts it. */
async function expectOnlyWaitingJails(server: PoolServer): Promise<void> {
  const jailer = server.serving.child("jailer");
  await until("each jail is one that waits", async () => {
    const counted =
      (await server.metric("crankcase_jails_ready")) + (await server.metric("crankcase_interpreters_ahead"));
    return (await sessionsOf(jailer)).length === counted;
  });
}

/** Stops the server; nothing of it may be left. */
async function stopAndFindNothing(server: PoolServer): Promise<void> {
  const { place } = server.serving;
  await server[Symbol.asyncDispose]();
  expect(await findLeftovers(place)).toEqual([]);
}

test("a storm of all languages at one time: every job is right, and nothing is left of it", {
  timeout: STORM_TIMEOUT_MS,
}, async () => {
  const server = await poolServer({ slots: 16, ready_jails: 24 });
  const jobs = await storm(server, JOBS_EACH);
  expect(wrong(jobs)).toEqual([]);
  expect(startedAhead(jobs)).toBeGreaterThan(0);
  await expectOnlyWaitingJails(server);
  await stopAndFindNothing(server);
});

test.each([
  ["programs that wait for their job", waitingPrograms],
  ["sessions of jails that wait", emptyJails],
  ["first processes of jails that wait", emptyJailsInits],
])(
  "%s are killed throughout a storm: every job is right",
  { timeout: STORM_TIMEOUT_MS },
  async (_what, find) => {
    const server = await poolServer({ slots: 16, ready_jails: 24 });
    let killed = 0;
    const jobs = await during(storm(server, JOBS_EACH), 50, async () => {
      const [one] = await find(server.serving);
      if (one === undefined) return;
      killAll([one]);
      killed += 1;
    });
    expect(wrong(jobs)).toEqual([]);
    expect(killed).toBeGreaterThan(0);
    await expectOnlyWaitingJails(server);
    await stopAndFindNothing(server);
  },
);

test.each([
  ["one place", { ready_jails: 1 }],
  ["three places", { ready_jails: 3 }],
  ["memory for one program", { ready_jails: 24, ahead_memory_bytes: 12_000_000 }],
])(
  "with %s for all that wait, every job of a storm is right, and no more wait than may",
  { timeout: STORM_TIMEOUT_MS },
  async (_what, bounds) => {
    const server = await poolServer({ slots: 16, ...bounds });
    let most = 0;
    const waiting = async () => {
      const jails =
        (await server.metric("crankcase_jails_ready")) +
        (await server.metric("crankcase_interpreters_ahead"));
      most = Math.max(most, jails);
    };
    expect(wrong(await during(storm(server, JOBS_EACH / 2), 20, waiting))).toEqual([]);
    expect(most).toBeLessThanOrEqual(bounds.ready_jails);
    await stopAndFindNothing(server);
  },
);

test("a jailer that is killed in a storm fails the jobs that run in it, and no others", {
  timeout: STORM_TIMEOUT_MS,
}, async () => {
  const server = await poolServer({ slots: 16, ready_jails: 24 });
  const pid = () => server.serving.child("jailer");
  const first = pid();
  const early = storm(server, JOBS_EACH / 2);
  await until("programs wait", async () => (await waitingPrograms(server.serving)).length > 0);
  killAll([first]);
  const told = wrong(await early).map(({ outcome }) => outcome);
  for (const outcome of told) expect(outcome).toMatch(/"code":"(jail_lost|jailer_absent)"/);
  await until("it is started again", () => pid() !== first);
  expect(wrong(await storm(server, JOBS_EACH / 2))).toEqual([]);
  await server.startAhead("python");
  await expectOnlyWaitingJails(server);
  await stopAndFindNothing(server);
});
