import type { JobRequest } from "../api/job-request.ts";
import type { QueuedJob } from "../api/queued-job.ts";
import type { JobDesk } from "./job-desk.ts";
import type { FoundJob, JobStore } from "./job-store.ts";
import { listeners } from "./listeners.ts";
import { newJobs } from "./new-jobs.ts";
import { QueueRunner } from "./queue-runner.ts";
import type { QueuedJobsDeps, Submitted, ToListener, WantedJobs } from "./queued-jobs-deps.ts";
import { queuedState, withoutTexts } from "./queued-state.ts";
import { recoverJobs } from "./recover-jobs.ts";
import { type StoreRoom, storeRoom } from "./store-room.ts";
import { isOwn, listedFor, maySee, type Viewer } from "./viewer.ts";
import { type WaitingJob, type WaitingJobs, waitingJobs } from "./waiting-jobs.ts";

/** Jobs that nobody waits for, kept and run by this process. Disposing lets those that run go, and keeps all others; the store stays open. */
export class QueuedJobs implements JobDesk, AsyncDisposable {
  readonly #deps: QueuedJobsDeps;
  readonly #waiting: WaitingJobs = waitingJobs();
  readonly #listeners = listeners();
  readonly #runner: QueueRunner;
  readonly #room: StoreRoom;
  readonly #sweep: NodeJS.Timeout;

  /** Opens the queue with what was left in its store, and begins to run it. */
  static async open(deps: QueuedJobsDeps): Promise<QueuedJobs> {
    const left = await recoverJobs(deps);
    const queue = new QueuedJobs(deps, await deps.store.size());
    for (const job of left) queue.#waiting.add(job);
    queue.#runner.fill();
    return queue;
  }

  private constructor(deps: QueuedJobsDeps, size: Awaited<ReturnType<JobStore["size"]>>) {
    this.#deps = deps;
    const changed = (id: string) => this.#listeners.tell(id);
    this.#runner = new QueueRunner({ ...deps, waiting: this.#waiting, changed });
    this.#room = storeRoom(deps.bounds, this.#waiting, size);
    this.#sweep = setInterval(() => void this.#removeExpired(), deps.sweepMs).unref();
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get running(): number {
    return this.#runner.running.size;
  }

  /** Accepts all of them or none. Rejects with `busy`, or with a caller's mistake and its field. */
  async submit(requests: readonly JobRequest[], viewer: Viewer): Promise<readonly Submitted[]> {
    const jobs = newJobs(requests, viewer, this.#deps);
    using _room = this.#room.take(jobs);
    const added = await this.#deps.store.add(jobs);
    for (const { record, isNew } of added) if (isNew) this.#waiting.add(record);
    this.#runner.fill();
    return added.map(({ record, isNew }) => ({ job: this.#stateOf(withoutTexts(record)), isNew }));
  }

  /** Those of them that there are and that are shown to the viewer, in that order. */
  async find(ids: readonly string[], viewer: Viewer): Promise<readonly QueuedJob[]> {
    const found = await this.#deps.store.find(ids);
    return found.filter(({ record }) => maySee(record, viewer)).map((job) => this.#stateOf(job));
  }

  /** The viewer's own without what came of them, the newest first. */
  async list({ state, limit, before }: WantedJobs, viewer: Viewer): Promise<readonly QueuedJob[]> {
    const { store } = this.#deps;
    if (state === "running") {
      const ran = await store.find([...this.#runner.running.keys()]);
      const own = ran.filter(({ record }) => isOwn(record, viewer));
      return own.map(({ record }) => this.#stateOf(withoutTexts(record))).slice(0, limit);
    }
    // Those that run are kept as queued, and left out.
    const most = limit + (state === "queued" ? this.#runner.running.size : 0);
    const records = await store.list({ owner: listedFor(viewer), state, limit: most, before });
    const jobs = records.map((record) => this.#stateOf(withoutTexts(record)));
    return jobs.filter((job) => state === null || job.state === state).slice(0, limit);
  }

  /** Settles at the next change of the job's state, or when the signal aborts. */
  changed(id: string, signal: AbortSignal): Promise<void> {
    return this.#listeners.next(id, signal);
  }

  /** Tells what happens to a job that runs, from its start to its end; settles at once where it does not run. */
  async tell(id: string, toListener: ToListener, signal: AbortSignal): Promise<void> {
    const one = this.#runner.running.get(id);
    if (one !== undefined) await one.events.tell(toListener(one.encoding), signal);
  }

  /** Ends a job that is not over, and settles when it is. */
  async cancel(id: string): Promise<void> {
    const one = this.#runner.running.get(id);
    if (one !== undefined) {
      one.cancel();
      await one.ended;
      return;
    }
    const job = this.#waiting.remove(id);
    if (job !== undefined) await this.#endWaiting(job);
  }

  /** Starts no more of them; what runs goes on, and what comes is kept for the next start. */
  stop(): void {
    this.#runner.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    await this.#runner[Symbol.asyncDispose]();
  }

  async #endWaiting(job: WaitingJob): Promise<void> {
    const { store, now, callbackDue } = this.#deps;
    const { id, starts, callback } = job;
    const end = { state: "cancelled", startedAt: null, result: null, error: null } as const;
    try {
      await store.end({ ...end, id, starts, finishedAt: now() });
    } catch (error) {
      this.#waiting.add(job);
      throw error;
    }
    this.#listeners.tell(id);
    if (callback !== null) callbackDue();
  }

  #stateOf(found: FoundJob): QueuedJob {
    const { id } = found.record;
    const one = this.#runner.running.get(id);
    if (one === undefined) {
      const position = this.#waiting.positionOf(id);
      return queuedState(found, { startedAt: null, hasStarted: false, position });
    }
    return queuedState(found, { startedAt: one.startedAt, hasStarted: one.events.hasStarted, position: 1 });
  }

  async #removeExpired(): Promise<void> {
    const { store, now, warn } = this.#deps;
    try {
      await store.removeExpired(now());
      this.#room.measured(await store.size());
    } catch (error) {
      warn(`expired jobs are not removed: ${error instanceof Error ? error.message : error}`);
    }
  }
}
