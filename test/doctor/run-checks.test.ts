import { expect, test } from "vitest";
import type { Check } from "../../src/doctor/check.ts";
import { ok } from "../../src/doctor/finding.ts";
import { type CheckResult, runChecks } from "../../src/doctor/run-checks.ts";
import { sampleHost, sampleSubject } from "./sample-host.ts";

const fine: Check = { id: "kernel", title: "Fine", why: "w", run: async () => ok("as it should be") };

async function results(checks: readonly Check[], uid = 0): Promise<CheckResult[]> {
  const told: CheckResult[] = [];
  const deps = {
    subject: sampleSubject(),
    hostFor: () => sampleHost({ uid }),
    onResult: (result: CheckResult) => told.push(result),
    stop: new AbortController().signal,
  };
  expect(await runChecks(checks, deps)).toEqual(told);
  return told;
}

test("a check that throws has failed with what it threw, and those after it run", async () => {
  const throws: Check = { ...fine, run: () => Promise.reject(new Error("no such thing")) };
  expect((await results([throws, fine])).map(({ status, detail }) => [status, detail])).toEqual([
    ["failed", "no such thing"],
    ["ok", "as it should be"],
  ]);
});

test("a check that hangs has failed when its time is over", async () => {
  const hangs: Check = { ...fine, timeLimitMs: 50, run: () => new Promise(() => {}) };
  expect((await results([hangs, fine])).map(({ status }) => status)).toEqual(["failed", "ok"]);
});

test("what only root can look at is skipped for others, with the command", async () => {
  const [result] = await results([{ ...fine, needsRoot: true }], 1000);
  expect(result).toMatchObject({ status: "skipped", mend: "sudo crankcase doctor" });
});

test("what a check has under way is told to end with it", async () => {
  let seen: AbortSignal | undefined;
  const stop = new AbortController().signal;
  const hostFor = (signal: AbortSignal) => {
    seen = signal;
    return sampleHost();
  };
  await runChecks([fine], { subject: sampleSubject(), hostFor, onResult: () => {}, stop });
  expect(seen?.aborted).toBe(true);
});

test("asked to stop, it does not go on to the next check", async () => {
  const stop = new AbortController();
  const stops: Check = {
    ...fine,
    run: async () => {
      stop.abort("SIGINT");
      return ok("");
    },
  };
  const deps = {
    subject: sampleSubject(),
    hostFor: () => sampleHost(),
    onResult: () => {},
    stop: stop.signal,
  };
  await expect(runChecks([stops, fine], deps)).rejects.toBe("SIGINT");
});
