import { setTimeout as sleep } from "node:timers/promises";
import type { JobRequest } from "../api/job-request.ts";
import type { JobResult } from "../api/job-result.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { JobCall } from "../jobs/job-call.ts";
import type { NewJob } from "../queue/job-store.ts";
import { type AddDeps, addToLine } from "./add-to-line.ts";
import { newJobFields } from "./job-fields.ts";
import { type RemoteRun, remoteRun } from "./remote-run.ts";
import { CANCEL_JOB } from "./scripts/cancel-job.ts";
import { names } from "./store-names.ts";
import type { SeenClass, WorkerClasses } from "./worker-classes.ts";

/** What having jobs run elsewhere takes. */
export interface RemoteExecuteDeps extends AddDeps {
  readonly memberId: string;
  readonly classes: WorkerClasses;
  /** Looks now who is there; calls that overlap are one. Rejects with `store_away`. */
  readonly lookNow: () => Promise<void>;
}

/** Jobs that callers of this process wait for. */
export interface RemoteRuns {
  /** Has a job run by a worker. Rejects as a local one, and with `store_away`, `no_worker` and `interrupted`. */
  readonly execute: ExecuteJob;
  readonly running: number;
  /** A word about one of them. */
  hear(word: string, jobId: string): void;
  /** Words may have been missed: looks at those that have been waited for for so many milliseconds. */
  look(afterMs: number): void;
}

/** So often a job that nobody waits for any more is cancelled where the store does not answer, and after so many milliseconds. */
const CANCEL_TRIES = 5;
const CANCEL_PAUSE_MS = 1_000;

/** None runs yet. */
export function remoteRuns(deps: RemoteExecuteDeps): RemoteRuns {
  const { store, memberId } = deps;
  const runs = new Map<string, { readonly run: RemoteRun; readonly from: number }>();
  const takerOf = (id: string) => store.ask((redis) => redis.hget(names.job(id), "taker"));
  return {
    async execute(call) {
      const from = performance.now();
      const { digest } = await chooseNow(call.request, deps);
      const run = remoteRun(call, { store, takerOf });
      // Whoever adds it waits for that first.
      run.result.catch(() => undefined);
      runs.set(call.id, { run, from });
      let isOver = false;
      try {
        await addToLine(
          [{ fields: fieldsOf(call, digest), request: JSON.stringify(call.request) }],
          memberId,
          deps,
        );
        const result = await run.result;
        isOver = true;
        return withWait(result, performance.now() - from);
      } finally {
        runs.delete(call.id);
        if (!isOver) void cancel(call.id, deps);
      }
    },
    get running() {
      return runs.size;
    },
    hear: (word, jobId) => runs.get(jobId)?.run.hear(word),
    look(afterMs) {
      const now = performance.now();
      for (const { run, from } of runs.values()) if (now - from >= afterMs) run.hear("look");
    },
  };
}

/** A worker may have come since the last look. */
async function chooseNow(request: JobRequest, { classes, lookNow }: RemoteExecuteDeps): Promise<SeenClass> {
  try {
    return classes.choose(request, true);
  } catch (error) {
    if (!(error instanceof CrankcaseError) || error.code !== "no_worker") throw error;
    await lookNow();
    return classes.choose(request, true);
  }
}

/** Above all that a request may ask for: of a client's own jobs those go first that somebody waits for. */
const WAITED_PRIORITY = 101;

function fieldsOf({ id, client, request, follower, input }: JobCall, digest: string) {
  const { language, version = "*" } = request;
  const job: NewJob = {
    ...{ id, client, owner: null, language, version, retry: 0, ttlSeconds: 0 },
    priority: WAITED_PRIORITY,
    ...{ idempotencyKey: null, callback: null, request: "", submittedAt: Date.now() },
  };
  const waited = {
    ...(follower === undefined ? {} : { follow: "1" as const }),
    ...(input === undefined ? {} : { input: JSON.stringify(input) }),
  };
  return { ...newJobFields(job, waited), client, class: digest };
}

/** What it waited in the store counts for its queue. */
function withWait(result: JobResult, totalMs: number): JobResult {
  const { timings } = result;
  const elsewhere = Math.max(0, totalMs - timings.total_ms);
  const rounded = (ms: number) => Math.round(ms * 1_000) / 1_000;
  const queued = rounded(timings.queue_ms + elsewhere);
  return {
    ...result,
    timings: { ...timings, queue_ms: queued, total_ms: rounded(timings.total_ms + elsewhere) },
  };
}

/** Also one that was refused may have been added, where the store's answer was lost. */
async function cancel(id: string, { store }: RemoteExecuteDeps): Promise<void> {
  for (let tries = 0; tries < CANCEL_TRIES; tries += 1) {
    try {
      await store.run(CANCEL_JOB, id, Date.now());
      return;
    } catch {
      await sleep(CANCEL_PAUSE_MS, undefined, { ref: false });
    }
  }
}
