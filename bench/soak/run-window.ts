import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { judgeAnswer } from "../../src/attacks/judge-answer.ts";
import type { SendJob } from "../../src/attacks/victim.ts";
import { percentile } from "../statistics.ts";
import type { SoakJob } from "./mixed-jobs.ts";

const run = promisify(execFile);

/** A raw run goes before every so manieth job of a lane. */
const RAW_EVERY = 10;

/** What became of a window's jobs. */
export interface Window {
  readonly jobs: number;
  /** What was wrong, with the job's name, each as a sentence. */
  readonly faults: readonly string[];
  /** 90th percentile of the honest jobs' time over the median of raw runs of Bash among them. */
  readonly ratio: number;
  readonly seconds: number;
}

/** What a window runs: jobs as long as there is a next one, so many at one time. */
export interface WindowPlan {
  readonly send: SendJob;
  readonly atOnce: number;
  readonly next: () => SoakJob | null;
}

/** Runs a window. An answer that does not come is a fault of its job. */
export async function runWindow({ send, atOnce, next }: WindowPlan): Promise<Window> {
  const started = performance.now();
  const faults: string[] = [];
  const honest: number[] = [];
  const raw: number[] = [];
  let jobs = 0;
  const lane = async () => {
    for (let job = next(); job !== null; job = next()) {
      jobs += 1;
      if (jobs % RAW_EVERY === 0) raw.push(await timed(() => run("bash", ["-c", "echo hello"])));
      const took = await timed(async () => faults.push(...(await faultsOf(send, job))));
      if (!job.isHostile) honest.push(took);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const seconds = (performance.now() - started) / 1000;
  return { jobs, faults, ratio: percentile(honest, 0.9) / percentile(raw, 0.5), seconds };
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

async function faultsOf(send: SendJob, { name, request, expect }: SoakJob): Promise<string[]> {
  try {
    return judgeAnswer(await send(request), expect).map((fault) => `${name}: ${fault}`);
  } catch (error) {
    return [`${name}: no answer: ${(error as Error).message}`];
  }
}
