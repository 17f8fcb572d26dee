import { expect, test } from "vitest";
import { type AheadPlan, aheadKey } from "../../src/jail/ahead-plan.ts";
import { InterpretersAhead, type InterpretersAheadDeps } from "../../src/jail/interpreters-ahead.ts";
import { jailerFailed, jailLost } from "../../src/jail/jail-errors.ts";
import { jobJails } from "../../src/jail/job-jails.ts";
import { ReadyJails } from "../../src/jail/ready-jails.ts";
import { stageRequest } from "../jail-client/stage-request.ts";
import { FakeOpener, settled, testClock } from "./fake-waiting-jails.ts";

const MIB = 1024 * 1024;
const EMPTY = Buffer.alloc(0);
const { signal } = new AbortController();

/** A language's program, as two jobs have it in common. */
function planOf(language: string, rest: Partial<AheadPlan> = {}): AheadPlan {
  return {
    language,
    build: "2026-01-01T00:00:00Z",
    root: { base: "trixie", layers: [`${language}/1`] },
    limits: { diskBytes: 1, inodes: 1 },
    request: stageRequest,
    gate: "open",
    known: [{ name: "args.args", content: EMPTY }],
    later: [
      { name: "submission/main", content: EMPTY },
      { name: "stdin.stdin", content: EMPTY },
    ],
    ...rest,
  };
}

function pool(settings: Partial<InterpretersAheadDeps> = {}) {
  const opener = new FakeOpener();
  const clock = testClock();
  const bounds = { most: 8, memoryBytes: 1024 * MIB, starts: 8, ...settings };
  const interpreters = new InterpretersAhead({ openJail: opener.open, clock: clock.read, ...bounds });
  return { interpreters, opener, clock };
}

type Pool = ReturnType<typeof pool>;

/** Uses a plan so often, one use after the other, and lets what is started come to its gate. */
async function use({ interpreters, opener, clock }: Pool, plan: AheadPlan, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    clock.nowMs += 1_000;
    const taken = interpreters.take(plan);
    await settled();
    for (const jail of opener.living) jail.waits(10 * MIB);
    await taken?.[Symbol.asyncDispose]();
    interpreters.adjust();
    await settled();
  }
}

test("a program is started ahead from its second use on, and a job takes the oldest", async () => {
  const there = pool();
  await use(there, planOf("python"));
  expect(there.opener.jails).toHaveLength(0);
  await use(there, planOf("python"));
  expect(there.interpreters.count()).toEqual(new Map([["python", 2]]));
  expect(there.opener.jails[0]?.calls).toEqual(["attach", "put args.args", "ahead"]);
  expect(there.interpreters.take(planOf("python"))?.jail).toBe(there.opener.jails[0]);
  await there.interpreters[Symbol.asyncDispose]();
});

test("two uses that lie far apart start nothing", async () => {
  const there = pool();
  await use(there, planOf("python"));
  there.clock.nowMs += 400_000;
  await use(there, planOf("python"));
  expect(there.opener.jails).toHaveLength(0);
  await there.interpreters[Symbol.asyncDispose]();
});

test("one that has not come to its gate is taken all the same, and does not count as being started then", async () => {
  const there = pool({ starts: 1 });
  there.interpreters.take(planOf("python"));
  there.interpreters.take(planOf("python"));
  await settled();
  expect(there.opener.jails).toHaveLength(1);
  expect(there.interpreters.take(planOf("python"))?.jail).toBe(there.opener.jails[0]);
  await settled();
  expect(there.opener.jails).toHaveLength(2);
  await there.interpreters[Symbol.asyncDispose]();
});

test("whatever a program could notice makes another key", () => {
  const plan = planOf("python");
  const others: Partial<AheadPlan>[] = [
    { build: "2026-01-02T00:00:00Z" },
    { root: { ...plan.root, layers: ["python/2"] } },
    { root: { ...plan.root, base: "bookworm" } },
    { limits: { diskBytes: 2, inodes: 1 } },
    { gate: "read" },
    { request: { ...stageRequest, argv: [...stageRequest.argv, "more"] } },
    { request: { ...stageRequest, env: { ...stageRequest.env, MORE: "1" } } },
    { request: { ...stageRequest, limits: { ...stageRequest.limits, openFiles: 7 } } },
    { known: [{ name: "args.args", content: Buffer.from("more\n") }] },
    { later: [...plan.later, { name: "submission/more", content: EMPTY }] },
    { later: plan.later.map((file) => ({ ...file, executable: true })) },
  ];
  const keys = [plan, ...others.map((other) => ({ ...plan, ...other }))].map(aheadKey);
  expect(new Set(keys).size).toBe(others.length + 1);
  expect(aheadKey({ ...plan, later: plan.later.map((file) => ({ ...file })) })).toBe(aheadKey(plan));
});

test("a command line that nobody else will have is not remembered", () => {
  const argv = [...stageRequest.argv, "x".repeat(20_000)];
  expect(aheadKey(planOf("python", { request: { ...stageRequest, argv } }))).toBeNull();
});

test("as many wait as jobs of the key came at one time, within the places there are", async () => {
  const there = pool({ most: 6 });
  for (let job = 0; job < 4; job += 1) there.interpreters.take(planOf("python"));
  await settled();
  expect(there.interpreters.count()).toEqual(new Map([["python", 5]]));
  for (let job = 0; job < 20; job += 1) there.interpreters.take(planOf("python"));
  await settled();
  expect(there.opener.jails).toHaveLength(5 + 6);
  await there.interpreters[Symbol.asyncDispose]();
});

test("after a burst there is one left, and ten minutes after the last use none", async () => {
  const there = pool();
  for (let job = 0; job < 4; job += 1) there.interpreters.take(planOf("python"));
  await settled();
  there.clock.nowMs += 61_000;
  there.interpreters.adjust();
  await settled();
  expect(there.interpreters.count()).toEqual(new Map([["python", 1]]));
  there.clock.nowMs += 600_000;
  there.interpreters.adjust();
  await settled();
  expect(there.opener.living).toHaveLength(0);
  await there.interpreters[Symbol.asyncDispose]();
});

test("no more are started at one time than may be", async () => {
  const there = pool({ starts: 2 });
  for (let job = 0; job < 4; job += 1) there.interpreters.take(planOf("python"));
  await settled();
  expect(there.opener.jails).toHaveLength(2);
  for (const jail of there.opener.jails) jail.waits();
  await settled();
  expect(there.opener.jails).toHaveLength(4);
  await there.interpreters[Symbol.asyncDispose]();
});

test("together they take no more memory than they may, by what the last one of their key took", async () => {
  const there = pool({ memoryBytes: 64 * MIB });
  for (let job = 0; job < 6; job += 1) there.interpreters.take(planOf("java"));
  await settled();
  // 32 MiB is assumed of each.
  expect(there.opener.jails).toHaveLength(2);
  for (const jail of there.opener.jails) jail.waits(8 * MIB);
  await settled();
  for (const jail of there.opener.jails) jail.waits(8 * MIB);
  await settled();
  expect(there.interpreters.count()).toEqual(new Map([["java", 7]]));
  await there.interpreters[Symbol.asyncDispose]();
});

test("what nobody uses any more gives way to what is used, and what is in use does not", async () => {
  const there = pool({ most: 2 });
  await use(there, planOf("python"), 2);
  await use(there, planOf("ruby"), 2);
  // Python has two and is in use: it keeps one of them.
  expect(there.interpreters.count()).toEqual(
    new Map([
      ["python", 1],
      ["ruby", 1],
    ]),
  );
  await use(there, planOf("lua"), 2);
  expect(there.interpreters.count().has("lua")).toBe(false);
  there.clock.nowMs += 20_000;
  await use(there, planOf("lua"), 2);
  expect(there.interpreters.count()).toEqual(new Map([["lua", 2]]));
  await there.interpreters[Symbol.asyncDispose]();
});

test("a program that ends before its job came is not started again for a while", async () => {
  const there = pool();
  await use(there, planOf("python"), 1);
  there.interpreters.take(planOf("python"));
  await settled();
  for (const jail of there.opener.living) jail.die(jailerFailed("a program started ahead has ended"));
  await settled();
  const started = there.opener.jails.length;
  await use(there, planOf("python"), 3);
  expect(there.opener.jails).toHaveLength(started);
  there.clock.nowMs += 20_000;
  await use(there, planOf("python"), 1);
  expect(there.opener.living.length).toBeGreaterThan(0);
  await there.interpreters[Symbol.asyncDispose]();
});

test("a program that runs without coming to its gate is ended, and makes room for others", async () => {
  const there = pool({ starts: 1, startPatienceMs: 1_000 });
  for (const language of ["endless", "endless", "python", "python"]) {
    there.clock.nowMs += 1_000;
    there.interpreters.take(planOf(language));
    await settled();
  }
  expect(there.opener.jails).toHaveLength(1);
  await expect.poll(() => there.opener.jails[0]?.isOpen, { timeout: 5_000 }).toBe(false);
  await expect.poll(() => there.interpreters.count(), { timeout: 900 }).toEqual(new Map([["python", 1]]));
  await there.interpreters[Symbol.asyncDispose]();
});

test("a jail that is lost is nobody's fault: another one is started after a pause", async () => {
  const there = pool();
  await use(there, planOf("python"), 2);
  for (const jail of there.opener.living) jail.die(jailLost("killed"));
  await settled();
  expect(there.opener.living).toHaveLength(0);
  await expect.poll(() => there.opener.living.length, { timeout: 5_000 }).toBe(2);
  await there.interpreters[Symbol.asyncDispose]();
});

test("what was started on a package is gone before that is changed, also what is on its way", async () => {
  const there = pool();
  await use(there, planOf("python"), 2);
  await use(there, planOf("ruby"), 2);
  there.interpreters.take(planOf("python"));
  there.interpreters.take(planOf("python"));
  there.interpreters.take(planOf("python"));
  await new Promise((resolve) => setImmediate(resolve));
  await there.interpreters.drop(({ root }) => root.layers.includes("python/1"));
  expect(there.interpreters.count()).toEqual(new Map([["ruby", 2]]));
  await settled();
  // Two of Python went to the jobs above.
  expect(there.opener.living).toHaveLength(2 + 2);
  await there.interpreters[Symbol.asyncDispose]();
});

test("without a place nothing is started, whatever comes", async () => {
  const there = pool({ most: 0 });
  await use(there, planOf("python"), 5);
  expect(there.opener.jails).toHaveLength(0);
  await there.interpreters[Symbol.asyncDispose]();
});

test("as many keys as anybody makes up are not remembered", async () => {
  const there = pool({ most: 1 });
  for (let job = 0; job < 1_000; job += 1) await use(there, planOf(`made-up-${job}`));
  await use(there, planOf("made-up-0"));
  // Its first use is long forgotten.
  expect(there.opener.jails).toHaveLength(0);
  await there.interpreters[Symbol.asyncDispose]();
}, 30_000);

/** Job's jails out of two pools of fakes. */
function jailsOf(there: Pool) {
  const readyOpener = new FakeOpener();
  const ready = new ReadyJails({ openJail: readyOpener.open, most: 1 });
  const open = jobJails({ interpreters: there.interpreters, ready, openJail: readyOpener.open });
  const dispose = async () => {
    await ready[Symbol.asyncDispose]();
    await there.interpreters[Symbol.asyncDispose]();
  };
  return { open, readyOpener, [Symbol.asyncDispose]: dispose };
}

const MAIN = { name: "submission/main", content: Buffer.from("program") };
const FILES = [
  MAIN,
  { name: "args.args", content: EMPTY },
  { name: "stdin.stdin", content: Buffer.from("in") },
];

test("a job that finds its program started gives it what it did not know, and nothing else is asked of its jail", async () => {
  const there = pool();
  await using jails = jailsOf(there);
  await use(there, planOf("python"), 2);
  const [first] = there.opener.jails;
  const job = await jails.open({ signal, plan: planOf("python") });
  expect(job.start).toBe("ahead");
  job.attach(planOf("python").root, planOf("python").limits);
  job.named("the-job");
  job.put(FILES);
  const stage = job.startStage(stageRequest, () => undefined);
  expect(first?.signal).toBe(signal);
  expect(first?.calls.slice(3)).toEqual(["named the-job", "go submission/main=program,stdin.stdin=in"]);
  first?.finish({ exitCode: 3 });
  expect(await stage.report).toMatchObject({ exitCode: 3 });
  await job[Symbol.asyncDispose]();
  expect(first?.isOpen).toBe(false);
});

test("a job whose started program is dead runs from the beginning in a new jail", async () => {
  const there = pool();
  await using jails = jailsOf(there);
  await use(there, planOf("python"), 2);
  const job = await jails.open({ signal, plan: planOf("python") });
  const { root, limits } = planOf("python");
  job.attach(root, limits);
  job.put(FILES);
  const stage = job.startStage(stageRequest, () => undefined);
  there.opener.jails[0]?.die(jailerFailed("a program started ahead has ended before its job came"));
  await settled();
  const second = jails.readyOpener.living.find(({ calls }) => calls.includes("start"));
  expect(second?.calls).toEqual(["attach", "put submission/main,args.args,stdin.stdin", "start"]);
  second?.finish();
  expect(await stage.report).toMatchObject({ exitCode: 0 });
  expect(job.start).toBe("new");
  await job[Symbol.asyncDispose]();
});

test("a job without a plan never gets a started program", async () => {
  const there = pool();
  await using jails = jailsOf(there);
  await use(there, planOf("python"), 2);
  await settled();
  const job = await jails.open({ signal });
  expect(job.start).toBe("ready");
  expect(there.interpreters.count()).toEqual(new Map([["python", 2]]));
  await job[Symbol.asyncDispose]();
});
