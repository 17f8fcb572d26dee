import { setTimeout as sleep } from "node:timers/promises";
import type { JobRequest } from "../../src/api/job-request.ts";
import type { JobResult } from "../../src/api/job-result.ts";
import { startServing } from "../cli/serving.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { sendJob } from "./send-job.ts";

/** Two servers over the same packages: one starts every program cold, the other ahead where it can. */
export interface TwinServers extends AsyncDisposable {
  /** Runs a job on the one that starts everything cold. */
  cold(job: JobRequest): Promise<JobResult>;
  /** Runs a job on the other one. */
  warm(job: JobRequest): Promise<JobResult>;
  /** The same until it was started ahead: every answer, the last of which says so. Rejects when none of some tries was. */
  ahead(job: JobRequest): Promise<readonly JobResult[]>;
}

/** What a program does is compared, not how fast: a busy machine has time. */
const PATIENCE = { wall_time_ms: 100_000, cpu_time_ms: 30_000 };

const SETTINGS = {
  slots: 8,
  limits: {
    run: { default: PATIENCE },
    compile: { default: { wall_time_ms: 100_000, cpu_time_ms: 100_000 } },
  },
};

/** Room for all that wait: who has to go where there is little is tested elsewhere. */
const ROOM = { ready_jails: 32, ahead_memory_bytes: 2 ** 31 };

/** A program is known by its second run; the interpreter for the next one takes a while, the longer the busier the machine. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;
const MOST_TRIES = 20;

/** Starts both; disposing stops both. */
export async function startTwins(dataDir: string): Promise<TwinServers> {
  await using acquired = new AsyncDisposableStack();
  const start = (settings: object) => startServing({ ...SETTINGS, data_dir: dataDir, ...settings });
  const cold = acquired.use(await start({ interpreters_ahead: false }));
  const warm = acquired.use(await start({ interpreters_ahead: true, ...ROOM }));
  const owned = acquired.move();
  return {
    cold: (job) => sendJob(cold.url, job),
    warm: (job) => sendJob(warm.url, job),
    ahead: (job) => untilAhead(() => sendJob(warm.url, job)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function untilAhead(run: () => Promise<JobResult>): Promise<readonly JobResult[]> {
  const answers: JobResult[] = [];
  for (
    let pauseMs = FIRST_PAUSE_MS;
    answers.length < MOST_TRIES;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
  ) {
    const answer = await run();
    answers.push(answer);
    if (answer.start === "ahead") return answers;
    await sleep(pauseMs * TIME_FACTOR);
  }
  throw new Error(`none of ${MOST_TRIES} runs was started ahead`);
}
