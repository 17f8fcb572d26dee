import { expect, test } from "vitest";
import type { Stage, StageReport } from "../../src/jail/jail.ts";
import { RetriedStage } from "../../src/jail/retried-stage.ts";

/** A stage that hears of signals, and ends when a test says so. */
function playedStage() {
  const report = Promise.withResolvers<StageReport>();
  const signals: number[] = [];
  const stage: Stage = {
    report: report.promise,
    room: undefined,
    write: () => Promise.resolve(),
    endInput: () => undefined,
    signal: (signal) => void signals.push(signal),
    resize: () => undefined,
  };
  return { stage, signals, ...report };
}

function retried() {
  const [first, second] = [playedStage(), playedStage()];
  const stage = new RetriedStage(
    {
      first: () => first.stage,
      isDeath: () => true,
      isDoubtful: () => false,
      second: () => Promise.resolve(() => second.stage),
    },
    () => undefined,
  );
  return { stage, first, second };
}

test("signals to a stage that turns out dead reach its second start", async () => {
  const { stage, first, second } = retried();
  stage.signal(2);
  first.reject(new Error("dead"));
  await expect.poll(() => second.signals).toEqual([2]);
});

test("of a stage that says nothing no more than a few signals are kept, and behind them its failure counts", async () => {
  const { stage, first, second } = retried();
  for (let sent = 0; sent < 2_000; sent += 1) stage.signal(2);
  first.reject(new Error("dead"));
  await expect(stage.report).rejects.toThrow("dead");
  expect([first.signals.length, second.signals]).toEqual([2_000, []]);
});
