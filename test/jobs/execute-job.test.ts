import { pino } from "pino";
import { expect, test } from "vitest";
import { jobExecutor } from "../../src/jobs/execute-job.ts";
import { takeTurn } from "../../src/jobs/take-turn.ts";
import { packageUse } from "../../src/runtimes/package-use.ts";
import { createSlots } from "../../src/slots/slots.ts";
import { fakeJail } from "./fake-jail.ts";
import { NO_ARTIFACTS } from "./no-artifacts.ts";
import { sampleCatalogue, sampleConfig } from "./sample-runtimes.ts";

test("a job that is refused is in the log by its id and code, without a word of its user's", async () => {
  const log: string[] = [];
  const execute = jobExecutor({
    catalogue: sampleCatalogue(),
    limits: sampleConfig(),
    slots: createSlots({ slots: 1, queueBound: 1, concurrentCompiles: 1, concurrentRuns: 1 }),
    packageUse: packageUse(),
    artifacts: NO_ARTIFACTS,
    compiles: null,
    openJail: () => Promise.reject(new Error("no jail is opened for it")),
    log: pino({}, { write: (line) => void log.push(line) }),
  });
  const request = { language: "secret", files: [{ content: "secret" }] };
  const refused = execute({ id: "the-id", request, client: "alice", signal: new AbortController().signal });
  await expect(refused).rejects.toMatchObject({ code: "unknown_runtime" });
  expect(log.map((line) => JSON.parse(line))).toMatchObject([{ id: "the-id", code: "unknown_runtime" }]);
  expect(log.join()).not.toContain("secret");
});

test("a job that waits for its slot uses no package: whoever has the slot may replace one", async () => {
  const { execute, slots, use } = oneSlot();
  const never = new AbortController().signal;
  const build = await slots.acquire(never);
  const job = execute({
    id: "the-id",
    request: { language: "python", files: [{ content: "" }] },
    client: "alice",
    signal: never,
  });
  await expect.poll(() => slots.waiting).toBe(1);
  await use.change("python/3.13.5", async () => undefined, never);
  await build[Symbol.asyncDispose]();
  expect(await job).toMatchObject({ language: "python" });
});

test("a job that comes while a package is changed holds no slot: the change may take it", async () => {
  const { execute, slots, use } = oneSlot();
  const never = new AbortController().signal;
  const begun = Promise.withResolvers<void>();
  const change = use.change(
    "python/3.13.5",
    async () => {
      await begun.promise;
      await using _slot = await slots.acquire(never);
    },
    never,
  );
  const job = execute({
    id: "the-id",
    request: { language: "python", files: [{ content: "" }] },
    client: "alice",
    signal: never,
  });
  begun.resolve();
  await change;
  expect(await job).toMatchObject({ language: "python" });
});

test("of jobs that come while a package is changed, as many wait as may wait for slots", async () => {
  const slots = createSlots({ slots: 1, queueBound: 2, concurrentCompiles: 1, concurrentRuns: 1 });
  const use = packageUse();
  const never = new AbortController().signal;
  const gate = Promise.withResolvers<void>();
  const change = use.change("python/3.13.5", () => gate.promise, never);
  const turn = () => takeTurn(["python/3.13.5"], { packageUse: use, slots }, never);
  const waiting = [turn(), turn()];
  await expect(turn()).rejects.toMatchObject({ code: "busy", retryAfterSeconds: 1 });
  gate.resolve();
  await change;
  for (const one of waiting) await (await one)[Symbol.asyncDispose]();
});

test("a runtime that is removed in the middle of a job's cases ends those that are left, and not the job", async () => {
  const sample = sampleCatalogue();
  const catalogue = { ...sample, select: sample.select };
  const fakes = [fakeJail(), fakeJail(), fakeJail()];
  let opened = 0;
  const log: string[] = [];
  const execute = jobExecutor({
    ...{
      catalogue,
      limits: sampleConfig(),
      packageUse: packageUse(),
      artifacts: NO_ARTIFACTS,
      compiles: null,
    },
    slots: createSlots({ slots: 1, queueBound: 1, concurrentCompiles: 1, concurrentRuns: 1 }),
    log: pino({}, { write: (line) => void log.push(line) }),
    openJail: async () => {
      catalogue.runtimes = [];
      return (fakes[opened++] as ReturnType<typeof fakeJail>).jail;
    },
  });
  const request = { language: "python", files: [{ content: "" }], testcases: [{}, {}, {}] };
  const { testcases } = await execute({
    id: "x",
    request,
    client: "a",
    signal: new AbortController().signal,
  });
  expect(testcases?.cases.map(({ verdict }) => verdict)).toEqual(["AC", "IE", "IE"]);
  expect(testcases?.cases[1]?.message).toBe("its runtime was replaced or removed meanwhile");
  expect(opened).toBe(1);
  expect(log.filter((line) => line.includes("a case failed of ours"))).toHaveLength(2);
});

/** An executor with one slot. */
function oneSlot() {
  const fake = fakeJail();
  const slots = createSlots({ slots: 1, queueBound: 1, concurrentCompiles: 1, concurrentRuns: 1 });
  const use = packageUse();
  const execute = jobExecutor({
    ...{ catalogue: sampleCatalogue(), limits: sampleConfig(), slots, packageUse: use },
    ...{
      artifacts: NO_ARTIFACTS,
      compiles: null,
      log: pino({ level: "silent" }),
      openJail: async () => fake.jail,
    },
  });
  return { execute, slots, use };
}
