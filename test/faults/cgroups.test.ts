import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import { expect, test, vi } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { killAll, sessionsOf } from "../pools/serving-pools.ts";
import { type Census, findLeftovers, instanceGroups, takeCensus } from "../support/census.ts";
import { CGROUP_V2 } from "../support/cgroup-version.ts";
import { takeQuietCensus } from "../support/expect-census.ts";
import { until } from "../support/until.ts";
import { answerTo, expectServed, type Job } from "./answer-to.ts";
import { faultsIn, startMixedLoad } from "./mixed-load.ts";
import { PATIENT } from "./patient.ts";
import { reportFigures } from "./report-figures.ts";

vi.setConfig(PATIENT);

const HELLO: Job = { language: "bash", files: [{ content: "echo hello" }] };

/** Prints it only after what a test does meanwhile. */
const SLOW: Job = { language: "bash", files: [{ content: "sleep 0.5; echo hello" }] };

/** Tries to remove every group of the instance, as one does who tidies up empty ones; gives those that went. */
async function removeEmptyGroups({ place }: Serving): Promise<readonly string[]> {
  const groups = (await instanceGroups(place)).flat().toSorted((a, b) => b.length - a.length);
  const removed: string[] = [];
  for (const group of groups) {
    // A group that has processes, or groups, cannot be removed (cgroups(7)).
    const isGone = await rmdir(group).then(
      () => true,
      () => false,
    );
    if (isGone) removed.push(group);
  }
  return removed;
}

/** The limit on the memory of all jobs together. */
async function memoryOfAll({ place }: Serving): Promise<string> {
  const groups = (await instanceGroups(place)).flat();
  const [instance = ""] = groups.filter(
    (path) => path.endsWith(place.instance) && (CGROUP_V2 || path.includes("memory")),
  );
  const file = CGROUP_V2 ? "jobs/memory.max" : "memory.limit_in_bytes";
  return (await readFile(join(instance, file), "utf8")).trim();
}

test("an instance's empty groups can be removed between jobs: they are made anew, limits and all", async () => {
  await using serving = await startServing({ ready_jails: 0 });
  await expectServed(serving.url, HELLO);
  const limit = await memoryOfAll(serving);
  for (const _round of [1, 2, 3]) {
    await until("nothing runs", async () => (await takeCensus(jailerOf(serving))).processes.length === 0);
    const removed = await removeEmptyGroups(serving);
    expect(removed.length).toBeGreaterThan(CGROUP_V2 ? 2 : 6);
    await expectServed(serving.url, HELLO);
    expect(await memoryOfAll(serving)).toBe(limit);
  }
  expect(await answerTo(serving.url, HELLO)).toBe("right");
});

test("jails that wait lose the groups of their stages: jobs get new ones", async () => {
  await using serving = await startServing({ ready_jails: 4 });
  await expectServed(serving.url, HELLO);
  for (const _round of [1, 2, 3]) {
    await removeEmptyGroups(serving);
    await expectServed(serving.url, HELLO);
  }
});

test("groups are removed again and again under load: each request has one answer, nothing is left, and all is as before", async () => {
  const serving = await startServing({ ready_jails: 0 });
  {
    await using _serving = serving;
    await expectServed(serving.url, HELLO);
    const before = await countAll(serving);
    const load = startMixedLoad(serving.url);
    {
      await using _ending = load;
      for (let round = 0; round < 40; round += 1) {
        await removeEmptyGroups(serving);
        await sleep(50);
      }
      const since = performance.now();
      await until("all kinds are served", () => load.rightSince(since).size === 6, 30_000);
    }
    const faults = faultsIn(load.asked);
    reportFigures(`groups removed under load, of ${load.asked.length} requests`, faults);
    expect(Object.keys(faults).filter((answer) => !/^error (jailer_failed|jail_lost)$/.test(answer))).toEqual(
      [],
    );
    await until("all is as before", async () => isDeepStrictEqual(await countAll(serving), before));
  }
  expect(await findLeftovers(serving.place)).toEqual([]);
});

test("a process of somebody else's in a slot's group is in nobody's way for long", async () => {
  await using serving = await startServing({ slots: 1, ready_jails: 0 });
  await expectServed(serving.url, HELLO);
  const running = answerTo(serving.url, SLOW);
  await until("it runs", async () => (await serving.runnerProcesses()) > 0);
  const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
  await once(stranger, "spawn");
  const gone = once(stranger, "exit");
  const group = (await instanceGroups(serving.place)).flat().find((path) => /\/slot-0\/stage-1$/.test(path));
  await writeFile(join(group ?? "", "cgroup.procs"), String(stranger.pid));
  expect(["right", "error jailer_failed", "error jail_lost"]).toContain(await running);
  for (const _job of [1, 2, 3]) await expectServed(serving.url, HELLO);
  // What is in a job's group may be taken for the job's, and killed with it.
  stranger.kill("SIGKILL");
  await gone;
});

test("groups that turn read-only fail jobs with a clear error, and cost no slot once they can be written to again", async () => {
  const before = ["unshare", "--mount", "--propagation", "private", "--"];
  await using serving = await startServing({ slots: 2, ready_jails: 0 }, {}, { before });
  await expectServed(serving.url, HELLO);
  const remount = async (how: "ro" | "rw") => {
    const point = await mountPointOfMemory();
    await execa("nsenter", ["-t", String(serving.pid), "-m", "mount", "-o", `remount,bind,${how}`, point]);
  };
  // The kernel refuses it while somebody has a file there open for writing, as every jail has.
  await takeQuietCensus(jailerOf(serving));
  await remount("ro");
  for (const _job of [1, 2, 3, 4])
    expect(await answerTo(serving.url, HELLO)).toMatch(
      /^error (jailer_failed|jail_lost|busy|jailer_absent)$/,
    );
  expect(serving.log.join("\n")).toContain("Read-only file system");
  await remount("rw");
  await expectServed(serving.url, HELLO);
  // Both slots: with one alone they would take turns.
  const both = [answerTo(serving.url, SLOW), answerTo(serving.url, SLOW)];
  await until("both run at one time", async () => (await serving.runnerProcesses()) > 1);
  expect(await Promise.all(both)).toEqual(["right", "right"]);
});

test("a slot whose groups cannot be removed is out of use for so long, and not for ever", async () => {
  await using serving = await startServing({ slots: 1, ready_jails: 0 });
  await expectServed(serving.url, HELLO);
  const slot = (await instanceGroups(serving.place)).flat().find((path) => path.endsWith("/slot-0")) ?? "";
  const [foreign, deeper] = [join(slot, "foreign"), join(slot, "foreign/deeper")];
  // The jailer removes what lies directly in a slot's group, as far as it may.
  for (const path of [foreign, deeper]) await mkdir(path);
  const running = answerTo(serving.url, { language: "bash", files: [{ content: "sleep 60" }] });
  await until("it runs", async () => (await serving.runnerProcesses()) > 0);
  killAll(await sessionsOf(serving.child("jailer")));
  expect(await running).toBe("error jail_lost");
  await until("the slot is out of use", () => serving.log.some((line) => line.includes("kept out of use")));
  expect(await answerTo(serving.url, HELLO)).toBe("error busy");
  await rmdir(deeper);
  await expectServed(serving.url, HELLO);
});

async function mountPointOfMemory(): Promise<string> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).trimEnd().split("\n");
  const wanted = CGROUP_V2 ? / - cgroup2 / : / - cgroup .*memory/;
  return lines.find((line) => wanted.test(line))?.split(" ")[4] ?? "";
}

/** What there is, without the numbers of descriptors: a group that is made anew has another. */
async function countAll(serving: Serving): Promise<Census> {
  const census = await takeQuietCensus(jailerOf(serving));
  return { ...census, descriptors: census.descriptors.map((it) => it.replace(/^\d+ /, "")).toSorted() };
}

function jailerOf(serving: Serving) {
  return { place: serving.place, pid: serving.child("jailer") };
}
