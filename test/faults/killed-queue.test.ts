import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { QueuedJob } from "../../src/api/queued-job.ts";
import { startsLogPath } from "../../src/config/starts-log-path.ts";
import { readStarts } from "../../src/jail/read-starts.ts";
import { startName } from "../../src/queue/start-name.ts";
import type { Serving } from "../cli/serving.ts";
import { seededRandom } from "../jail-client/seeded-random.ts";
import { startKept } from "../keeper/start-kept.ts";
import { killAll } from "../pools/serving-pools.ts";
import { native, script } from "../queue/native.ts";
import { findLeftovers } from "../support/census.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";
import { FAULT_ROUNDS } from "./fault-rounds.ts";
import { reportFigures } from "./report-figures.ts";

/** Another seed is another order, and other moments. */
const SEED = Number(process.env.TEST_FAULT_SEED ?? Math.floor(Math.random() * 1e9));

const JOBS = 1_000;
const KILLS = 3 * FAULT_ROUNDS;

/** Every second job may be run again, oftener than it can be interrupted. */
const RETRY = 10;

/** One of all jobs' states takes so long on a slow machine. */
const PATIENCE_MS = 240_000;

test(
  `${JOBS} accepted jobs, daemon and jailer killed together ${KILLS} times: each is done, interrupted and reported so, or run again as asked (seed ${SEED})`,
  async () => {
    const serving = await startKept({ slots: 8, ready_jails: 4 });
    const starts = new Map<string, number>();
    let ids: readonly string[] = [];
    let ended: readonly QueuedJob[] = [];
    {
      await using _serving = serving;
      ids = await submitAll(serving.url);
      await killWhileTheyRun(serving, ids);
      ended = await overOf(serving.url, ids, JOBS);
      const note = ({ name }: { readonly name: string }) => starts.set(name, (starts.get(name) ?? 0) + 1);
      await readStarts(startsLogPath(serving.place), note);
    }
    expect(await findLeftovers(serving.place)).toEqual([]);
    const jobs = new Map(ended.map((job) => [job.id, job]));
    for (const [index, id] of ids.entries()) expectRight(index, jobs.get(id), starts);
    // Nothing was started besides.
    expect(starts.size).toBe(ended.reduce((sum, job) => sum + job.starts, 0));
    const interrupted = ended.filter(({ state }) => state === "interrupted").length;
    const again = ended.filter((job) => job.starts > 1).length;
    reportFigures(`seed ${SEED}; of ${JOBS} jobs, ${KILLS} kills`, { interrupted, again });
    expect(interrupted + again).toBeGreaterThan(0);
  },
  3 * PATIENCE_MS * TIME_FACTOR,
);

function mayRetry(index: number): boolean {
  return index % 2 === 1;
}

async function submitAll(url: string): Promise<string[]> {
  const jobs = Array.from({ length: JOBS }, (_, index) => ({
    ...script(`sleep 0.0${index % 10}; echo ${index}`),
    ...(mayRetry(index) ? { retry: RETRY } : {}),
  }));
  const { status, body } = await native(url, "POST", "/jobs/batch", { body: { jobs } });
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body.jobs.map(({ id }: QueuedJob) => id);
}

/** Kills both while jobs run, at moments that are spread over all of them. */
async function killWhileTheyRun(serving: Serving, ids: readonly string[]): Promise<void> {
  const random = seededRandom(SEED);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await overOf(serving.url, ids, (kill * JOBS) / (KILLS + 2));
    await sleep(random() * 100);
    const victims = [serving.child("daemon"), serving.child("jailer")];
    killAll(random() < 0.5 ? victims : victims.reverse());
  }
}

/** A job is over as it may be, and each of its starts was noted once. */
function expectRight(index: number, job: QueuedJob | undefined, starts: ReadonlyMap<string, number>): void {
  const names = Array.from({ length: job?.starts ?? 0 }, (_, start) => startName(job?.id ?? "", start + 1));
  expect([job?.id, names.map((name) => starts.get(name))]).toEqual([job?.id, names.map(() => 1)]);
  if (!mayRetry(index)) expect(job?.starts).toBe(1);
  if (mayRetry(index) || job?.state === "done") {
    expect(job).toMatchObject({ state: "done", result: { run: { stdout: `${index}\n` } } });
  } else {
    expect(job).toMatchObject({ state: "interrupted", error: { code: "interrupted" } });
  }
}

/** Those that are over, once so many are; a server that is starting again tells of none. */
async function overOf(url: string, ids: readonly string[], least: number): Promise<QueuedJob[]> {
  let jobs: QueuedJob[] = [];
  const look = async () => {
    jobs = [];
    for (let at = 0; at < ids.length; at += 100) {
      const path = `/jobs?ids=${ids.slice(at, at + 100).join(",")}`;
      const answer = await native(url, "GET", path).catch(() => null);
      jobs.push(...(answer?.status === 200 ? answer.body.jobs : []));
    }
    jobs = jobs.filter(({ state }) => state !== "queued" && state !== "running");
    return jobs.length >= least;
  };
  await until(`${least} of ${ids.length} are over`, look, PATIENCE_MS);
  return jobs;
}
