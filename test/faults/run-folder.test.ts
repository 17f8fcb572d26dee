import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { findLeftovers } from "../support/census.ts";
import { until } from "../support/until.ts";
import { answerTo, expectServed, type Job } from "./answer-to.ts";
import { fetchOverSocket } from "./fetch-over-socket.ts";
import { MACHINE_IS_MINE, ONLY_MINE } from "./machine-is-mine.ts";
import { PATIENT } from "./patient.ts";

vi.setConfig(PATIENT);

/** Whoever tidies up a machine's temporary files takes what looks old, or all. */
const HELLO: Job = { language: "bash", files: [{ content: "echo hello" }] };

let serving: Serving;
beforeEach(async () => {
  serving = await startServing();
});
afterEach(async () => {
  await serving[Symbol.asyncDispose]();
  expect(await findLeftovers(serving.place)).toEqual([]);
});

/** What a job that runs meanwhile may be told: it runs on, or is lost with its jailer. */
async function expectRightOrLost(running: Promise<string>): Promise<void> {
  expect(["right", "error jail_lost"]).toContain(await running);
}

test.each([
  ["the socket", "jailer.sock"],
  ["the lock", "jailer.lock"],
  ["the mount point of what all jails see", "skeleton"],
])("when %s is removed, jobs run again soon, by a jailer that has made it anew", async (_what, name) => {
  const running = answerTo(serving.url, { ...HELLO, files: [{ content: "sleep 0.3; echo hello" }] });
  await until("it runs", async () => (await serving.runnerProcesses()) > 0);
  await rm(join(serving.place.runDir, name), { recursive: true });
  await expectServed(serving.url, HELLO);
  await expectRightOrLost(running);
  await until("it is there again", async () => (await readdir(serving.place.runDir)).includes(name));
  await expectServed(serving.url, HELLO);
});

test("when all of the run folder is removed, jobs run again soon, and the operator has a socket", async () => {
  await rm(serving.place.runDir, { recursive: true });
  await expectServed(serving.url, HELLO);
  await until("a jailer is back", async () => (await readdir(serving.place.runDir)).includes("jailer.sock"));
  await expectServed(serving.url, HELLO);
  const status = () =>
    fetchOverSocket(join(serving.place.runDir, "daemon/operator.sock"), "/api/v2/runtimes");
  await until("the operator is answered", async () => (await status().catch(() => 0)) === 200);
});

test.runIf(MACHINE_IS_MINE)(
  `when the lock of all runners' uids is removed, a jailer that has claimed its own anew takes over ${ONLY_MINE}`,
  async () => {
    const first = serving.child("jailer");
    await rm("/run/crankcase-runner-uids.lock");
    await until("another jailer runs", () => serving.child("jailer") !== first);
    await expectServed(serving.url, HELLO);
    expect(await readdir("/run")).toContain("crankcase-runner-uids.lock");
  },
);

test("the mount point of jails' first root can be removed: nobody needs it any more", async () => {
  await rm(join(serving.place.runDir, "cradle"), { recursive: true });
  for (const _job of [1, 2, 3, 4, 5, 6]) expect(await answerTo(serving.url, HELLO)).toBe("right");
});

test("when the operator's socket is removed, the daemon makes it anew, and no job notices", async () => {
  const running = answerTo(serving.url, { ...HELLO, files: [{ content: "sleep 0.5; echo hello" }] });
  const path = join(serving.place.runDir, "daemon/operator.sock");
  await rm(path);
  await until(
    "the operator is answered",
    async () => (await fetchOverSocket(path, "/api/v2/runtimes").catch(() => 0)) === 200,
  );
  expect(await running).toBe("right");
});

test("a run folder that was moved away and replaced by somebody else's lock is left alone", async () => {
  const { runDir } = serving.place;
  await rm(join(runDir, "jailer.lock"));
  await writeFile(join(runDir, "jailer.lock"), "");
  await expectServed(serving.url, HELLO);
  await rename(join(runDir, "jailer.sock"), join(runDir, "moved.sock"));
  await expectServed(serving.url, HELLO);
  await rm(join(runDir, "moved.sock"), { force: true });
});

test("when what the daemon keeps is removed, jobs run on and are compiled and kept as before", async () => {
  const { stateDir } = serving.place;
  const kept: Job = {
    language: "c",
    files: [
      {
        name: "main.c",
        content:
          '#include <stdio.h>\nint main(void) { puts("hello"); fputs("x", fopen("out", "w")); return 0; }',
      },
    ],
    artifacts: ["out"],
    artifact_delivery: "url",
  };
  await expectServed(serving.url, kept);
  for (const name of await readdir(stateDir)) await rm(join(stateDir, name), { recursive: true });
  expect(await answerTo(serving.url, HELLO)).toBe("right");
  expect(await answerTo(serving.url, kept)).toBe("right");
  await rm(stateDir, { recursive: true });
  expect(await answerTo(serving.url, HELLO)).toBe("right");
  expect(await answerTo(serving.url, { ...kept, artifacts: [] })).toBe("right");
  expect(await answerTo(serving.url, kept)).toMatch(/^(right|error internal)$/);
});
