import { expect, test } from "vitest";
import { mostConnections, openFilesLimit } from "../../src/daemon/most-connections.ts";

test("callers leave descriptors for every slot's jails, those that wait, and the daemon itself", () => {
  expect(mostConnections(65_536, { slots: 32, readyJails: 32 })).toBe(65_536 - 200 - 128 - 32);
});

test("with few descriptors some callers get in all the same", () => {
  expect(mostConnections(100, { slots: 32, readyJails: 32 })).toBe(32);
});

test("the limit is that of this process", async () => {
  expect(await openFilesLimit()).toBeGreaterThanOrEqual(256);
});
