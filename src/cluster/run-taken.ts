import type { ErrorBody } from "../api/error-body.ts";
import type { JobResult } from "../api/job-result.ts";
import { CrankcaseError, toCrankcaseError } from "../errors/crankcase-error.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { JobCall } from "../jobs/job-call.ts";
import { becomesOf, canRetry, interruptedBy } from "../queue/becomes-of.ts";
import type { KeptState } from "../queue/job-store.ts";
import { startName } from "../queue/start-name.ts";
import { errorText } from "./error-text.ts";
import type { RunningTaken } from "./running-taken.ts";
import { BEGIN_JOB } from "./scripts/begin-job.ts";
import { END_JOB } from "./scripts/end-job.ts";
import { GIVE_BACK } from "./scripts/give-back.ts";
import type { SharedStore } from "./shared-store.ts";
import { untilStored } from "./until-stored.ts";

/** What running a job takes that was taken from the store. */
export interface RunTakenDeps {
  readonly store: SharedStore;
  /** This machine's own way to run a job. */
  readonly execute: ExecuteJob;
  readonly errorBody: (error: CrankcaseError, id: string) => ErrorBody;
  readonly callbackDue: () => void;
  readonly warn: (text: string) => void;
  /** Gives up telling the store: the process ends. */
  readonly closing: AbortSignal;
}

/** What became of it: over, another's by now, or back in its place, where it needs another turn. */
export type RanTaken = "over" | "lost" | "back";

/** Runs a job to its end, which is told to the store until that has heard it. Rejects once `closing` aborts. */
export async function runTaken(one: RunningTaken, deps: RunTakenDeps): Promise<RanTaken> {
  const { job } = one;
  if (job.isCancelled) return await end(one, deps, { state: "cancelled" });
  const { starts, retry, lostAt } = job;
  if (lostAt !== null && !canRetry({ starts: starts - 1, retry }))
    return await end({ ...one, startedAt: lostAt }, deps, { state: "interrupted", error: lost() });
  try {
    const result = await deps.execute(callOf(one, deps));
    return await end(one, deps, { state: "done", result });
  } catch (thrown) {
    return await settle(one, toCrankcaseError(thrown), deps);
  }
}

function callOf(one: RunningTaken, { store }: RunTakenDeps): JobCall {
  const { job } = one;
  const { id, fence, request, client, input } = job;
  let begun: Promise<void> | undefined;
  const begin = async () => {
    // Before it runs: whoever takes it over knows then that it did.
    const answer = await untilStored(() => store.run(BEGIN_JOB, id, fence, Date.now()), one.signal);
    if (answer === "cancelled") throw cancelled();
    if (answer !== "ok") throw takenAway();
    one.hasBegun = true;
  };
  const beforeStart = () => {
    begun ??= begin();
    return begun;
  };
  const named = { startName: startName(id, job.starts + 1), beforeStart };
  const follower = one.follower === null ? {} : { follower: one.follower };
  return {
    id,
    request,
    client,
    signal: one.signal,
    ...named,
    ...follower,
    ...(input === null ? {} : { input }),
  };
}

async function settle(one: RunningTaken, error: CrankcaseError, deps: RunTakenDeps): Promise<RanTaken> {
  const { job, hasBegun } = one;
  const { starts } = job;
  const next = becomesOf(error, { ...job, hasStarted: hasBegun });
  if (job.node !== null) {
    // Whoever waits hears of it, unless this worker is only going away.
    if (error.code === "stopping" && !hasBegun) return await giveBack(one, deps, starts, job.setbacks);
    const told = error.code === "stopping" ? interruptedBy(error) : error;
    return await end(one, deps, { state: "failed", error: told });
  }
  if (next === "again") return await giveBack(one, deps, starts, job.setbacks + 1);
  if (next === "retried") return await giveBack(one, deps, starts + 1, 0);
  return await end(one, deps, { state: next, error: next === "interrupted" ? interruptedBy(error) : error });
}

interface End {
  readonly state: Exclude<KeptState, "queued">;
  readonly result?: JobResult;
  readonly error?: CrankcaseError;
}

async function end(one: RunningTaken, deps: RunTakenDeps, { state, result, error }: End): Promise<RanTaken> {
  const { store, errorBody, callbackDue, warn, closing } = deps;
  const { job, startedAt, hasBegun } = one;
  await one.told();
  const starts = job.starts + (hasBegun ? 1 : 0);
  const written =
    job.node === null ? (why: CrankcaseError) => JSON.stringify(errorBody(why, job.id)) : errorText;
  const texts = [
    result === undefined ? "" : JSON.stringify(result),
    error === undefined ? "" : written(error),
  ] as const;
  const finished = Date.now();
  const tell = () => store.run(END_JOB, job.id, job.fence, state, starts, startedAt, finished, ...texts);
  const isOurs = (await untilStored(tell, closing)) === 1;
  if (!isOurs) warn(`job ${job.id} was taken over meanwhile: what this worker made of it does not count`);
  if (isOurs && job.hasCallback) callbackDue();
  return isOurs ? "over" : "lost";
}

async function giveBack(
  one: RunningTaken,
  { store, closing }: RunTakenDeps,
  starts: number,
  setbacks: number,
): Promise<RanTaken> {
  const { id, fence } = one.job;
  const isOurs = (await untilStored(() => store.run(GIVE_BACK, id, fence, starts, setbacks), closing)) === 1;
  return isOurs ? "back" : "lost";
}

function cancelled(): CrankcaseError {
  return new CrankcaseError("cancelled", "The job was cancelled.");
}

function lost(): CrankcaseError {
  return new CrankcaseError("interrupted", "The worker stopped or crashed while the job ran.");
}

/** Ends a run whose job another worker has by now. */
export function takenAway(): CrankcaseError {
  return new CrankcaseError("stopping", "The job was taken over by another worker.");
}
