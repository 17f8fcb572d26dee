import { expect, test } from "vitest";
import { becomesOf } from "../../src/queue/becomes-of.ts";

const FRESH = { starts: 0, retry: 0, hasStarted: false };

test.each([
  ["was cancelled", "cancelled", { ...FRESH, hasStarted: true }, "cancelled"],
  ["its caller got wrong", "unknown_runtime", FRESH, "failed"],
  ["found the jailer gone before it started", "jailer_absent", FRESH, "again"],
  ["found no room before it started", "busy", FRESH, "again"],
  ["lost its jail before it started", "jail_lost", { ...FRESH, setbacks: 1_000 }, "again"],
  ["lost its jail while it ran", "jail_lost", { ...FRESH, hasStarted: true }, "interrupted"],
  ["lost its jail and may run again", "jail_lost", { starts: 1, retry: 2, hasStarted: true }, "retried"],
  ["has run as often as it may", "jail_lost", { starts: 2, retry: 2, hasStarted: true }, "interrupted"],
  ["was stopped with the server", "stopping", { ...FRESH, hasStarted: true }, "interrupted"],
  ["got no jail made for now", "jailer_failed", { ...FRESH, setbacks: 19 }, "again"],
  ["gets no jail made at all", "jailer_failed", { ...FRESH, setbacks: 20 }, "failed"],
  ["met our failure while it ran", "internal", { starts: 0, retry: 5, hasStarted: true }, "failed"],
] as const)("a job that %s", (_, code, job, becomes) => {
  expect(becomesOf({ code }, job)).toBe(becomes);
});
