import { expect, test } from "vitest";
import { createSlots } from "../../src/slots/slots.ts";

const never = new AbortController().signal;

function slotsOf(limits: Partial<Parameters<typeof createSlots>[0]> = {}) {
  return createSlots({ slots: 2, queueBound: 2, concurrentCompiles: 1, concurrentRuns: 2, ...limits });
}

/** Whether a promise has settled by the time everything that was due has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const mark = () => {
    settled = true;
  };
  promise.then(mark, mark);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test("a job waits while every slot is held, and gets the one that is given back", async () => {
  const slots = slotsOf();
  const first = await slots.acquire(never);
  await slots.acquire(never);
  const third = slots.acquire(never);
  expect(await isSettled(third)).toBe(false);
  expect([slots.running, slots.waiting]).toEqual([2, 1]);
  await first[Symbol.asyncDispose]();
  expect((await third).waitedMs).toBeGreaterThanOrEqual(0);
  expect([slots.running, slots.waiting]).toEqual([2, 0]);
});

test("jobs get slots in the order in which they came", async () => {
  const slots = slotsOf({ slots: 1, queueBound: 10 });
  const order: number[] = [];
  const first = await slots.acquire(never);
  const others = [1, 2, 3].map(async (number) => {
    await using _slot = await slots.acquire(never);
    order.push(number);
  });
  await first[Symbol.asyncDispose]();
  await Promise.all(others);
  expect(order).toEqual([1, 2, 3]);
});

test("one more than the queue holds is told to come again", async () => {
  const slots = slotsOf({ slots: 1, queueBound: 3 });
  await slots.acquire(never);
  const waiting = [1, 2, 3].map(() => slots.acquire(never));
  await expect(slots.acquire(never)).rejects.toMatchObject({ code: "busy", retryAfterSeconds: 3 });
  expect(slots.waiting).toBe(waiting.length);
});

test("a slot given back twice is given back once", async () => {
  const slots = slotsOf({ slots: 1 });
  const lease = await slots.acquire(never);
  await lease[Symbol.asyncDispose]();
  await lease[Symbol.asyncDispose]();
  await slots.acquire(never);
  expect(slots.running).toBe(1);
  expect(await isSettled(slots.acquire(never))).toBe(false);
});

test("who gives up waiting leaves the queue, and its turn goes to the next", async () => {
  const slots = slotsOf({ slots: 1 });
  const held = await slots.acquire(never);
  const impatient = new AbortController();
  const left = slots.acquire(impatient.signal);
  const next = slots.acquire(never);
  impatient.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  expect(slots.waiting).toBe(1);
  await held[Symbol.asyncDispose]();
  await expect(next).resolves.toBeDefined();
  await expect(slots.acquire(impatient.signal)).rejects.toThrow("gone");
});

test("compiles and runs are counted apart", async () => {
  const slots = slotsOf();
  await slots.admit("compile", never);
  const compile = slots.admit("compile", never);
  expect(await isSettled(compile)).toBe(false);
  await slots.admit("run", never);
  await slots.admit("run", never);
  expect(await isSettled(slots.admit("run", never))).toBe(false);
});

test("many jobs of two stages over few slots all come to their end", async () => {
  const slots = slotsOf({ queueBound: 100 });
  let atOnce = 0;
  let most = 0;
  const jobs = Array.from({ length: 50 }, async () => {
    await using _slot = await slots.acquire(never);
    for (const stage of ["compile", "run"] as const) {
      await using _admission = await slots.admit(stage, never);
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
    }
  });
  await Promise.all(jobs);
  expect(most).toBeLessThanOrEqual(3);
  expect(slots.running).toBe(0);
});

test("once closed, those that wait and those that come are turned away and those that run go on", async () => {
  const slots = slotsOf({ slots: 1 });
  const running = await slots.acquire(never);
  const waiting = slots.acquire(never);
  slots.close();
  await expect(waiting).rejects.toMatchObject({ code: "stopping" });
  await expect(slots.acquire(never)).rejects.toMatchObject({ code: "stopping", retryAfterSeconds: 5 });
  const idle = slots.idle();
  expect(await isSettled(idle)).toBe(false);
  await expect(slots.admit("run", never)).resolves.toBeDefined();
  await running[Symbol.asyncDispose]();
  expect(await isSettled(idle)).toBe(true);
});

test("a client's one job comes after at most one of each other client's, however many of those wait", async () => {
  const slots = slotsOf({ slots: 1, queueBound: 2_000 });
  const order: string[] = [];
  const job = async (client: string) => {
    await using _slot = await slots.acquire(never, client);
    order.push(client);
  };
  const held = await slots.acquire(never, "many");
  const jobs = Array.from({ length: 1_000 }, () => job("many"));
  jobs.push(job("one"), job("other"), job("other"));
  await held[Symbol.asyncDispose]();
  await Promise.all(jobs);
  expect(order.slice(0, 5)).toEqual(["many", "one", "other", "many", "other"]);
  expect(order).toHaveLength(1_003);
});

test("clients take turns at each stage too", async () => {
  const slots = slotsOf({ slots: 20, concurrentRuns: 1 });
  const order: string[] = [];
  const run = async (client: string) => {
    await using _admission = await slots.admit("run", never, client);
    order.push(client);
  };
  const held = await slots.admit("run", never, "many");
  const runs = [..."many many many many one".split(" ")].map(run);
  await held[Symbol.asyncDispose]();
  await Promise.all(runs);
  expect(order).toEqual(["many", "one", "many", "many", "many"]);
});

test("a client that has filled its share of the queue is told to come again, and another one waits", async () => {
  const slots = slotsOf({ slots: 1, queueBound: 3, queueBoundPerClient: 2 });
  await slots.acquire(never, "many");
  const gone = new AbortController();
  void slots.acquire(gone.signal, "many").catch(() => undefined);
  void slots.acquire(never, "many");
  await expect(slots.acquire(never, "many")).rejects.toMatchObject({ code: "busy" });
  void slots.acquire(never, "one");
  gone.abort();
  void slots.acquire(never, "many");
  expect(slots.waiting).toBe(3);
});

test("a client that is alone may fill the queue, and others still find room for a few, up to twice the bound", async () => {
  const slots = slotsOf({ slots: 1, queueBound: 16 });
  const wait = (client: string) => void slots.acquire(never, client);
  for (let count = 0; count < 17; count += 1) wait("many");
  await expect(slots.acquire(never, "many")).rejects.toMatchObject({ code: "busy" });
  for (let client = 0; client < 8; client += 1) {
    wait(`client ${client}`);
    wait(`client ${client}`);
    await expect(slots.acquire(never, `client ${client}`)).rejects.toMatchObject({ code: "busy" });
  }
  await expect(slots.acquire(never, "late")).rejects.toMatchObject({ code: "busy" });
  expect(slots.waiting).toBe(32);
});

test("where nobody may wait, nobody waits", async () => {
  const slots = slotsOf({ slots: 1, queueBound: 0 });
  await slots.acquire(never, "one");
  await expect(slots.acquire(never, "other")).rejects.toMatchObject({ code: "busy" });
});

test("who needs several slots waits for all of them, and nobody passes it by", async () => {
  const slots = slotsOf({ queueBound: 10 });
  const first = await slots.acquire(never);
  const pair = slots.acquire(never, "", { places: 2 });
  const last = slots.acquire(never);
  expect(await isSettled(last)).toBe(false);
  await first[Symbol.asyncDispose]();
  const held = await pair;
  expect([slots.running, slots.waiting]).toEqual([2, 1]);
  expect(await isSettled(last)).toBe(false);
  await held[Symbol.asyncDispose]();
  await last;
  expect([slots.running, slots.waiting]).toEqual([1, 0]);
});

test("pairs that want the same slots all get them", async () => {
  const slots = slotsOf({ slots: 3, queueBound: 10 });
  const pairs = Array.from({ length: 5 }, async () => {
    await using _slots = await slots.acquire(never, "", { places: 2 });
    expect(slots.running).toBe(2);
    await Promise.resolve();
  });
  await Promise.all(pairs);
  expect([slots.running, slots.waiting]).toEqual([0, 0]);
});

test("who gives up waiting for several lets those behind it in", async () => {
  const slots = slotsOf({ queueBound: 10 });
  await slots.acquire(never);
  const caller = new AbortController();
  const pair = slots.acquire(caller.signal, "", { places: 2 });
  const next = slots.acquire(never);
  caller.abort(new Error("gone"));
  await expect(pair).rejects.toThrow("gone");
  await next;
  expect([slots.running, slots.waiting]).toEqual([2, 0]);
});

test("what goes on with a job that was let in waits in a full queue, and those that come are refused for it", async () => {
  const slots = slotsOf({ slots: 1, queueBound: 1 });
  const first = await slots.acquire(never);
  const stranger = slots.acquire(never, "stranger");
  const further = slots.acquire(never, "mine", { isLetIn: true });
  expect(slots.waiting).toBe(2);
  await expect(slots.acquire(never, "other")).rejects.toMatchObject({ code: "busy" });
  await first[Symbol.asyncDispose]();
  await (await stranger)[Symbol.asyncDispose]();
  await further;
});

test("what goes on is turned away too once the slots are closed", async () => {
  const slots = slotsOf({ slots: 1 });
  await slots.acquire(never);
  const further = slots.acquire(never, "", { isLetIn: true });
  slots.close();
  await expect(further).rejects.toMatchObject({ code: "stopping" });
  await expect(slots.acquire(never, "", { isLetIn: true })).rejects.toMatchObject({ code: "stopping" });
});

test("slots are not idle while a job stays, also between two of its turns", async () => {
  const slots = slotsOf();
  const stay = slots.stay();
  const idle = slots.idle();
  await (await slots.acquire(never))[Symbol.asyncDispose]();
  expect(await isSettled(idle)).toBe(false);
  stay[Symbol.dispose]();
  stay[Symbol.dispose]();
  await idle;
  await slots.idle();
});
