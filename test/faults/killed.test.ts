import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { waitingInits } from "../ahead/waiting-jails.ts";
import type { Serving } from "../cli/serving.ts";
import { seededRandom } from "../jail-client/seeded-random.ts";
import { startKept } from "../keeper/start-kept.ts";
import { killAll, sessionsOf } from "../pools/serving-pools.ts";
import { findLeftovers } from "../support/census.ts";
import { expectCensus, takeQuietCensus } from "../support/expect-census.ts";
import { isAlive } from "../support/is-alive.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";
import { KINDS } from "./ask-kinds.ts";
import { FAULT_ROUNDS } from "./fault-rounds.ts";
import { faultsIn, type MixedLoad, startMixedLoad } from "./mixed-load.ts";
import { reportFigures } from "./report-figures.ts";

/** Another seed is another order, and other moments. */
const SEED = Number(process.env.TEST_FAULT_SEED ?? Math.floor(Math.random() * 1e9));

/** A kill comes at any moment of so many milliseconds under load. */
const MOMENT_WITHIN_MS = 400;

/** Parents of the same daemon and jailer, which die of five deaths in ten seconds: the kills of each are spread. */
const SPREAD_MS = 2_500;

/** A busy machine needs long for what was asked of it last. */
const PATIENCE_MS = 30_000;

/** What may die, who that is now, and what callers may be told of it besides what is right. */
const VICTIMS = {
  daemon: { who: async (serving: Serving) => [serving.child("daemon")], told: /^broken$/ },
  jailer: {
    who: async (serving: Serving) => [serving.child("jailer")],
    told: /^error (jail_lost|jailer_absent|jailer_failed)$/,
  },
  session: {
    who: (serving: Serving) => sessionsOf(serving.child("jailer")),
    told: /^error (jail_lost|jailer_failed)$/,
  },
  init: { who: waitingInits, told: /^error (jail_lost|jailer_failed)$/ },
  // The two that it leaves end in order, each at its own moment.
  parent: {
    who: async (serving: Serving) => [parentOf(serving)],
    told: /^(broken|error (jail_lost|jailer_absent|jailer_failed|stopping))$/,
  },
} as const;

type VictimName = keyof typeof VICTIMS;

const VICTIM_NAMES = Object.keys(VICTIMS) as VictimName[];

test(
  `sessions and first processes are killed under mixed load: nothing of their jails is left, nor of their callers (seed ${SEED})`,
  async () => {
    const random = seededRandom(SEED);
    await using serving = await startKept({ ready_jails: 0 });
    const jailer = { place: serving.place, pid: serving.child("jailer") };
    const daemon = serving.child("daemon");
    const warmUp = startMixedLoad(serving.url);
    await backSince(warmUp, 0);
    await warmUp[Symbol.asyncDispose]();
    const before = await takeQuietCensus(jailer);
    const descriptors = await countDescriptors(daemon);
    const load = startMixedLoad(serving.url);
    {
      await using _ending = load;
      for (let kill = 0; kill < 10 * FAULT_ROUNDS; kill += 1)
        await killOne(random() < 0.5 ? "session" : "init", serving, random);
      await backSince(load, performance.now());
    }
    reportFigures(
      `seed ${SEED}; sessions and inits killed, of ${load.asked.length} requests`,
      faultsIn(load.asked),
    );
    expectOnly(load.asked, VICTIMS.session.told);
    await expectCensus(jailer, before);
    await until("the daemon has no more open", async () => (await countDescriptors(daemon)) <= descriptors);
    expect([serving.child("daemon"), serving.child("jailer")]).toEqual([daemon, jailer.pid]);
  },
  (60_000 + FAULT_ROUNDS * 30_000) * TIME_FACTOR,
);

async function countDescriptors(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

/** The keeper's log has the process that it started last. */
function parentOf({ log }: Serving): number {
  return Number(/ as process (\d+)$/.exec(log.findLast((line) => / as process /.test(line)) ?? "")?.[1]);
}

test(
  `whoever is killed at any moment under mixed load: each request has one answer, and all kinds are served again (seed ${SEED})`,
  async () => {
    const random = seededRandom(SEED);
    const figures: [string, number, number][] = [];
    let asked: MixedLoad["asked"] = [];
    const serving = await startKept({ interpreters_ahead: true, slots: 8, ready_jails: 8 });
    {
      await using _serving = serving;
      await using load = startMixedLoad(serving.url);
      asked = load.asked;
      await backSince(load, 0);
      for (let round = 0; round < FAULT_ROUNDS; round += 1) {
        for (const name of shuffled(VICTIM_NAMES, random)) {
          const killedAt = await killOne(name, serving, random);
          await backSince(load, killedAt);
          const back = performance.now() - killedAt;
          const since = asked.filter(({ answeredAt }) => answeredAt > killedAt);
          figures.push([name, Math.round(firstRight(since, killedAt)), Math.round(back)]);
          expectOnly(since, VICTIMS[name].told);
          await sleep(Math.max(0, SPREAD_MS / 5 - back));
        }
      }
    }
    reportFigures(
      `seed ${SEED}; killed, ms until a request, and until one of every kind, was answered rightly`,
      figures,
      faultsIn(asked),
    );
    expect(asked.filter(({ answer }) => answer.startsWith("wrong"))).toEqual([]);
    expect(await findLeftovers(serving.place)).toEqual([]);
  },
  (60_000 + FAULT_ROUNDS * 60_000) * TIME_FACTOR,
);

/** Kills one victim of a kind after a while; gives the moment. */
async function killOne(name: VictimName, serving: Serving, random: () => number): Promise<number> {
  const victim = VICTIMS[name];
  await sleep(random() * MOMENT_WITHIN_MS);
  let pid: number | undefined;
  await until(`there is a ${name}`, async () => {
    const pids = await victim.who(serving).catch(() => []);
    pid = pids[Math.floor(random() * pids.length)];
    return pid !== undefined && isAlive(pid);
  });
  killAll([pid ?? 0]);
  return performance.now();
}

/** Milliseconds until one that was sent after the kill was answered rightly. */
function firstRight(asked: MixedLoad["asked"], killedAt: number): number {
  const right = asked.filter(({ answer, sentAt }) => answer === "right" && sentAt > killedAt);
  return Math.min(...right.map(({ answeredAt }) => answeredAt)) - killedAt;
}

/** Resolves when a request of every kind that was sent after this moment was answered rightly. */
async function backSince(load: MixedLoad, moment: number): Promise<void> {
  const all = Object.keys(KINDS).length;
  await until("each kind of caller is served", () => load.rightSince(moment).size === all, PATIENCE_MS);
}

function expectOnly(asked: MixedLoad["asked"], told: RegExp): void {
  const others = asked.filter(({ answer }) => answer !== "right" && !told.test(answer));
  expect(others).toEqual([]);
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
