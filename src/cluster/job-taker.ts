import type { Job, Worker } from "bullmq";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { JobHash } from "./job-fields.ts";
import { type RunTakenDeps, runTaken, takenAway } from "./run-taken.ts";
import { type RunningTaken, runningTaken } from "./running-taken.ts";
import { TAKE_JOB } from "./scripts/take-job.ts";
import { names, turnsQueue } from "./store-names.ts";
import { takenJob } from "./taken-job.ts";
import { isPutBack, openTurnWorker, putBack } from "./turn-worker.ts";
import type { TurnData } from "./turns.ts";
import { untilStored } from "./until-stored.ts";

/** Before a turn is looked at again whose job a worker has that may live, and before one that was given back has its next. */
const LOOK_AGAIN_MS = 2_000;
const SETBACK_MS = 500;

/** A server that waits for a job is given up when it is not there for so many looks: it may be new, or only late. */
const MOST_MISSED = 3;

/** What taking jobs takes. */
export interface JobTakerDeps extends Omit<RunTakenDeps, "closing"> {
  readonly memberId: string;
  /** Jobs that are taken at one time. */
  readonly width: number;
}

/** Takes jobs from the store as long as there is room, and runs them. Disposing ends those that run, and tells the store of each. */
export class JobTaker implements AsyncDisposable {
  readonly #deps: JobTakerDeps;
  readonly #running = new Map<string, RunningTaken>();
  readonly #closing = new AbortController();
  /** Given up: the store is away, and this process ends. */
  readonly #gone = new AbortController();
  /** The last one takes; those before have jobs of their class to end. */
  readonly #workers: Worker<TurnData>[] = [];
  #workerClass: string | null = null;
  #changes: Promise<void> = Promise.resolve();
  #takes = 0;
  #isStopped = false;

  constructor(deps: JobTakerDeps) {
    this.#deps = deps;
  }

  /** Jobs that are taken and not over. */
  get running(): number {
    return this.#running.size;
  }

  /** Takes the jobs of this class from now on; what it has of another one it brings to its end. */
  serve(workerClass: string): Promise<void> {
    if (this.#workerClass === workerClass || this.#isStopped) return this.#changes;
    this.#workerClass = workerClass;
    this.#changes = this.#changes.then(async () => {
      if (this.#isStopped) return;
      for (const before of this.#workers) void before.pause(true).catch(() => undefined);
      this.#workers.push(
        await openTurnWorker(workerClass, (turn, token) => this.#take(turn, token), this.#deps),
      );
    });
    return this.#changes;
  }

  /** Takes no more; those that run go on. */
  stop(): void {
    this.#isStopped = true;
    for (const worker of this.#workers) void worker.pause(true).catch(() => undefined);
  }

  /** A word from another process about one of our jobs. */
  hear(word: string, jobId: string): void {
    this.#running.get(jobId)?.hear(word);
  }

  /** Looks what the store says of those that run: words may have been missed. Rejects with `store_away`. */
  async look(livingNodes: ReadonlySet<string>): Promise<void> {
    const running = [...this.#running.values()];
    if (running.length === 0) return;
    const hashes = await this.#deps.store.ask(async (redis) => {
      const pipeline = redis.pipeline();
      for (const { job } of running) pipeline.hmget(names.job(job.id), "fence", "cancel");
      return (await pipeline.exec()) ?? [];
    });
    for (const [at, one] of running.entries()) {
      const [fence, cancel] = (hashes[at]?.[1] ?? []) as JobHash[string][];
      // One that has ended meanwhile is not looked for.
      if (!this.#running.has(one.job.id)) continue;
      if (fence !== one.job.fence) one.abort(takenAway());
      if (cancel) one.hear("cancel");
      one.missedNode = one.job.node === null || livingNodes.has(one.job.node) ? 0 : one.missedNode + 1;
      if (one.missedNode >= MOST_MISSED) one.abort(nobodyWaits());
      one.hear("in");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.#changes;
    this.#closing.abort(new CrankcaseError("stopping", "The worker is stopping."));
    const { store } = this.#deps;
    // Who cannot tell the store now is taken for dead, and others find what it has begun.
    if (store.fault !== null) this.#gone.abort(this.#closing.signal.reason);
    await Promise.allSettled(this.#workers.map((worker) => worker.close(store.fault !== null)));
  }

  /** Whatever is thrown BullMQ takes for the end of the turn: nothing is but what puts it back. */
  async #take(turn: Job<TurnData>, token = ""): Promise<void> {
    const { store, memberId, warn } = this.#deps;
    const { client, tag, epoch } = turn.data;
    this.#takes += 1;
    const fence = `${memberId}-${this.#takes}`;
    const workerClass = turn.queueName.slice(turnsQueue("").length);
    const ask = () =>
      store.run(TAKE_JOB, String(turn.id), client, workerClass, tag, epoch, memberId, fence, Date.now());
    const answer = (await untilStored(ask, this.#gone.signal)) as string[];
    if (answer[0] === "held") await putBack(turn, LOOK_AGAIN_MS, token);
    if (answer[0] !== "taken") return;
    const one = runningTaken(takenJob(answer, fence), store, this.#closing.signal);
    this.#running.set(one.job.id, one);
    try {
      const ran = await runTaken(one, { ...this.#deps, closing: this.#gone.signal });
      if (ran === "back") await putBack(turn, this.#closing.signal.aborted ? 0 : SETBACK_MS, token);
    } catch (error) {
      if (isPutBack(error)) throw error;
      warn(`job ${one.job.id} is left to others: ${error instanceof Error ? error.message : error}`);
    } finally {
      if (this.#running.get(one.job.id) === one) this.#running.delete(one.job.id);
    }
  }
}

function nobodyWaits(): CrankcaseError {
  return new CrankcaseError("cancelled", "The server that waited for the job is gone.");
}
