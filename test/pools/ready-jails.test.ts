import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { jailerAbsent } from "../../src/jail/jail-errors.ts";
import { ReadyJails } from "../../src/jail/ready-jails.ts";
import { withRoom } from "../../src/jail/with-room.ts";
import { stageRequest } from "../jail-client/stage-request.ts";
import { FakeOpener, type FakeWaitingJail, settled, testClock } from "./fake-waiting-jails.ts";

const { signal } = new AbortController();
const ignore = () => undefined;

function pool(most = 8, opener = new FakeOpener()) {
  const clock = testClock();
  const ready = new ReadyJails({ openJail: opener.open, most, clock: clock.read });
  return { ready, opener, clock };
}

/** The jail's stage, started as a job starts it. */
function startedIn(jail: { startStage: FakeWaitingJail["startStage"] }) {
  return jail.startStage(stageRequest, ignore);
}

test("one jail waits where nobody needs any, and the first job takes it", async () => {
  const { ready, opener } = pool();
  await settled();
  expect(opener.living).toHaveLength(1);
  const first = opener.jails[0];
  const job = await ready.open({ signal });
  expect(job.start).toBe("ready");
  expect(first?.signal).toBe(signal);
  await ready[Symbol.asyncDispose]();
});

test("as many wait as jobs came at one time, and one more; a minute later one again", async () => {
  const { ready, opener, clock } = pool();
  await settled();
  const jobs = await Promise.all(Array.from({ length: 4 }, () => ready.open({ signal })));
  expect(jobs.map(({ start }) => start ?? "new")).toEqual(["ready", "new", "new", "new"]);
  await settled();
  expect(ready.ready).toBe(5);
  for (const job of jobs) await job[Symbol.asyncDispose]();
  clock.nowMs += 61_000;
  ready.adjust();
  await settled();
  expect(opener.living).toHaveLength(1);
  await ready[Symbol.asyncDispose]();
});

test("no more wait than may, no more than two are made at one time, and none where none may", async () => {
  const { ready, opener } = pool(3);
  const jobs = await Promise.all(Array.from({ length: 10 }, () => ready.open({ signal })));
  await settled();
  expect(ready.ready).toBe(3);
  // The jobs' own were asked for at one time; those that wait come after them.
  opener.mostOpening = 0;
  await ready.makeRoom();
  for (const job of jobs) await job[Symbol.asyncDispose]();
  await sleep(150);
  await settled();
  expect(ready.ready).toBe(3);
  expect(opener.mostOpening).toBeLessThanOrEqual(2);
  await ready[Symbol.asyncDispose]();
  const none = pool(0);
  await settled();
  expect(none.opener.jails).toHaveLength(0);
  await none.ready[Symbol.asyncDispose]();
});

test("a jail that dies while it waits is never given to a job, and is replaced after a pause", async () => {
  const { ready, opener } = pool();
  await settled();
  opener.jails[0]?.die();
  await settled();
  expect(ready.ready).toBe(0);
  expect(opener.jails).toHaveLength(1);
  await sleep(150);
  await settled();
  expect(ready.ready).toBe(1);
  await ready[Symbol.asyncDispose]();
});

test("a jailer that is away is asked again in growing pauses, not without end", async () => {
  const opener = new FakeOpener();
  opener.refusal = jailerAbsent(new Error("gone"));
  const { ready } = pool(8, opener);
  await sleep(1_000);
  expect(opener.refused).toBeGreaterThan(1);
  expect(opener.refused).toBeLessThan(6);
  await ready[Symbol.asyncDispose]();
});

test("a job whose ready jail is dead runs in a new one, and what it asked of the first is asked again", async () => {
  const { ready, opener } = pool();
  await settled();
  const job = await ready.open({ signal });
  job.attach({ base: "trixie", layers: [] }, { diskBytes: 1, inodes: 1 });
  job.named("the-job");
  job.put([{ name: "submission/main.py", content: Buffer.from("") }]);
  const stage = startedIn(job);
  await stage.write(Buffer.from("input"));
  stage.endInput();
  const before = opener.jails.length;
  opener.jails[0]?.die();
  await settled();
  const second = opener.jails.slice(before).find(({ calls }) => calls.includes("start"));
  expect(second?.calls).toEqual([
    "attach",
    "named the-job",
    "put submission/main.py",
    "start",
    "write input",
    "end",
  ]);
  second?.finish({ exitCode: 7 });
  expect(await stage.report).toMatchObject({ exitCode: 7 });
  expect(job.start).toBe("new");
  await job[Symbol.asyncDispose]();
  expect(second?.isOpen).toBe(false);
  await ready[Symbol.asyncDispose]();
});

test("a job that was heard of is not run twice", async () => {
  const { ready, opener } = pool();
  await settled();
  const job = await ready.open({ signal });
  const stage = startedIn(job);
  opener.jails[0]?.say("begun");
  opener.jails[0]?.die();
  await expect(stage.report).rejects.toMatchObject({ code: "jail_lost" });
  await ready[Symbol.asyncDispose]();
});

test("where there is no second jail either, the job is told what ended the first", async () => {
  const { ready, opener } = pool();
  await settled();
  const job = await ready.open({ signal });
  const stage = startedIn(job);
  opener.refusal = jailerAbsent(new Error("gone"));
  opener.jails[0]?.die();
  await expect(stage.report).rejects.toMatchObject({ code: "jail_lost", message: "killed by a test" });
  await ready[Symbol.asyncDispose]();
});

test("a job that was given up before its jail was open gets none", async () => {
  const { ready } = pool();
  await settled();
  await expect(ready.open({ signal: AbortSignal.abort(new Error("given up")) })).rejects.toThrow("given up");
  expect(ready.ready).toBe(1);
  await ready[Symbol.asyncDispose]();
});

test("where the jailer has no place, those that wait give theirs, and make no others for a moment", async () => {
  const { ready, opener } = pool();
  await settled();
  const busy = new CrankcaseError("busy", "every slot is in use");
  let asked = 0;
  const open = () => {
    asked += 1;
    return asked === 1 ? Promise.reject(busy) : Promise.resolve("a jail");
  };
  expect(await withRoom(open, () => ready.makeRoom())).toBe("a jail");
  expect(opener.living).toHaveLength(0);
  await settled();
  expect(opener.living).toHaveLength(0);
  asked = 0;
  await expect(withRoom(open, () => ready.makeRoom())).rejects.toBe(busy);
  await ready[Symbol.asyncDispose]();
});

test("when it is closed nothing is left open, also of what was on its way", async () => {
  const { ready, opener } = pool();
  await ready[Symbol.asyncDispose]();
  await settled();
  expect(opener.living).toHaveLength(0);
});
