import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { QueuedJob } from "../../src/api/queued-job.ts";
import type { Serving } from "../cli/serving.ts";
import { native, script } from "../queue/native.ts";
import { until } from "../support/until.ts";
import { killServer } from "./kill-server.ts";
import { startNodes, untilKnown } from "./nodes.ts";

const SLOW = { timeout: 900_000 };

/** A machine with more cores may take more: TEST_CLUSTER_JOBS=5000. */
const JOBS = Number(process.env.TEST_CLUSTER_JOBS ?? "400");

/** Ids of one request's. */
const MOST_IDS = 100;

/** The names of the starts that workers have noted, each as often as it was. */
async function startsOf(workers: readonly Serving[]): Promise<readonly string[]> {
  const logs = await Promise.all(workers.map(({ startsLog }) => readFile(startsLog, "utf8").catch(() => "")));
  return logs.flatMap((log) => [...log.matchAll(/ ([0-9a-f]{32})\/\d+/g)].map(([, name = ""]) => name));
}

async function jobsOf(url: string, ids: readonly string[]): Promise<QueuedJob[]> {
  const jobs: QueuedJob[] = [];
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    const { body } = await native(url, "GET", `/jobs?ids=${ids.slice(at, at + MOST_IDS).join(",")}`);
    jobs.push(...body.jobs);
  }
  return jobs;
}

test(
  "while workers die and come each job has one result, and only one that a dead worker had begun starts twice",
  SLOW,
  async () => {
    await using nodes = await startNodes();
    const apis = await Promise.all([nodes.api(), nodes.api()]);
    const workers = await Promise.all([1, 2, 3].map(() => nodes.worker({ slots: 2 })));
    await Promise.all(apis.map((api) => untilKnown(api)));
    const ids: string[] = [];
    for (let number = 0; number < JOBS; number += 50) {
      const jobs = Array.from({ length: 50 }, (_, at) => ({ ...script(`echo ${number + at}`), retry: 1 }));
      const { status, body } = await native(apis[(number / 50) % 2]?.url ?? "", "POST", "/jobs/batch", {
        body: { jobs },
      });
      expect(status).toBe(202);
      ids.push(...body.jobs.map(({ id }: { id: string }) => id));
    }
    const [api] = apis;
    const url = api?.url ?? "";
    const over = async () =>
      (await jobsOf(url, ids)).filter(({ state }) => state !== "queued" && state !== "running");
    await until("some are over", async () => (await over()).length > JOBS / 8, 120_000);
    const [doomed, leaving] = workers;
    if (doomed === undefined || leaving === undefined) throw new Error("there are two");
    killServer(doomed, ["daemon", "jailer"]);
    workers.push(await nodes.worker({ slots: 2 }));
    process.kill(leaving.pid, "SIGTERM");
    await until(
      "all are over",
      async () => {
        await sleep(500);
        return (await over()).length === ids.length;
      },
      600_000,
    );
    const jobs = await jobsOf(url, ids);
    expect(jobs.map(({ result }) => result?.run?.stdout)).toEqual(ids.map((_id, number) => `${number}\n`));
    const starts = await startsOf(workers);
    const twice = starts.filter((name, at) => starts.indexOf(name) !== at);
    const dead = new Set(await startsOf([doomed]));
    expect(twice.every((name) => dead.has(name))).toBe(true);
    expect(jobs.filter(({ starts: times }) => times > 1).length).toBeLessThanOrEqual(2);
    expect(new Set(starts).size).toBe(ids.length);
  },
);
