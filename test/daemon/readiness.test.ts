import { expect, test } from "vitest";
import { readinessOf } from "../../src/daemon/readiness.ts";
import { createSlots } from "../../src/slots/slots.ts";
import { sampleCatalogue } from "../jobs/sample-runtimes.ts";

/** Nobody listens there. */
const NO_JAILER = "/nonexistent/jailer.sock";

const NO_JAILS = "the jailer makes no jails";

/** Slots of which so many are taken, and how often one was asked for. */
function countedSlots(taken: number) {
  const slots = createSlots({
    slots: 2,
    queueBound: 1,
    queueBoundPerClient: 1,
    concurrentCompiles: 1,
    concurrentRuns: 1,
  });
  const counted = {
    asked: 0,
    total: slots.total,
    running: taken,
    acquire(signal: AbortSignal) {
      counted.asked += 1;
      return slots.acquire(signal);
    },
  };
  return counted;
}

function sampleReadiness(settings: Partial<Parameters<typeof readinessOf>[0]> = {}) {
  const slots = countedSlots(0);
  const { signal } = new AbortController();
  const deps = { catalogue: sampleCatalogue(), slots, ending: signal, socketPath: NO_JAILER, ...settings };
  return { slots, ready: readinessOf(deps) };
}

test("without a jailer and without a language a server is not ready, for both reasons", async () => {
  const { ready } = sampleReadiness({ catalogue: { runtimes: [] } });
  expect(await ready()).toEqual({ ready: false, reasons: ["no language is installed", NO_JAILS] });
});

test("however many ask at once, the jailer is asked once", async () => {
  const { ready, slots } = sampleReadiness();
  const answers = await Promise.all(Array.from({ length: 100 }, ready));
  expect(slots.asked).toBe(1);
  for (const { reasons } of answers) expect(reasons).toEqual([NO_JAILS]);
});

test("where jobs have every slot, none is taken from them for a probe", async () => {
  const slots = countedSlots(2);
  const { ready } = sampleReadiness({ slots });
  expect(await ready()).toEqual({ ready: true, reasons: [] });
  expect(slots.asked).toBe(0);
});

test("a server that was asked to stop is not ready", async () => {
  const { ready } = sampleReadiness({ ending: AbortSignal.abort() });
  expect(await ready()).toEqual({ ready: false, reasons: ["the server is stopping"] });
});
