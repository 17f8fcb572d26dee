import { setTimeout as sleep } from "node:timers/promises";
import type { JobRequest } from "../api/job-request.ts";
import { CrankcaseError, toCrankcaseError } from "../errors/crankcase-error.ts";
import { becomesOf, interruptedBy } from "./becomes-of.ts";
import { jobEvents } from "./job-events.ts";
import type { JobEnd } from "./job-store.ts";
import type { QueueRunnerDeps } from "./queue-runner-deps.ts";
import type { RunningJob } from "./running-job.ts";
import { startName } from "./start-name.ts";
import type { WaitingJob } from "./waiting-jobs.ts";

/**
 * Runs the jobs that wait, in their order. It takes nothing before `fill` is called. Disposing lets go of them as they
 * stand: those that ran are interrupted, which the next start finds out.
 */
export class QueueRunner implements AsyncDisposable {
  readonly #deps: QueueRunnerDeps;
  readonly #running = new Map<string, RunningJob>();
  readonly #closing = new AbortController();
  #pause: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(deps: QueueRunnerDeps) {
    this.#deps = deps;
  }

  get running(): ReadonlyMap<string, RunningJob> {
    return this.#running;
  }

  /** Takes as many jobs as there is room for. */
  fill(): void {
    const { waiting, width } = this.#deps;
    while (!this.#isStopped && this.#pause === undefined && this.#running.size < width) {
      const job = waiting.next();
      if (job === undefined) return;
      this.#start(job);
    }
  }

  /** Takes no more; those that run go on. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#pause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    this.#closing.abort(new CrankcaseError("stopping", "The server is stopping."));
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  #start(job: WaitingJob): void {
    const { warn, changed, now } = this.#deps;
    const onSlot = () => {
      one.startedAt = now();
      changed(job.id);
    };
    const controller = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const one: RunningJob = {
      ...{ job, events: jobEvents(onSlot), startedAt: null, encoding: "utf8", ended },
      cancel: () => controller.abort(new CrankcaseError("cancelled", "The job was cancelled.")),
    };
    this.#running.set(job.id, one);
    this.#run(one, AbortSignal.any([controller.signal, this.#closing.signal]))
      .catch((error: Error) => {
        warn(`job ${job.id} waits on: ${error.message}`);
        this.#putBack(job);
      })
      .finally(() => {
        this.#running.delete(job.id);
        one.events.end();
        resolve();
        changed(job.id);
        this.fill();
      });
  }

  async #run(one: RunningJob, signal: AbortSignal): Promise<void> {
    const { store, execute } = this.#deps;
    const { job, events } = one;
    const { id, client } = job;
    const text = await store.requestOf(id);
    if (text === null) return;
    const request = JSON.parse(text) as JobRequest;
    one.encoding = request.output_encoding ?? "utf8";
    try {
      const named = { follower: events.source, startName: startName(id, job.starts + 1) };
      const call = { id, request, client, signal, ...named };
      const result = await execute(call);
      await this.#end(one, { state: "done", result: JSON.stringify(result), error: null });
    } catch (thrown) {
      if (!this.#isClosing) await this.#settle(one, toCrankcaseError(thrown));
    }
  }

  async #settle(one: RunningJob, error: CrankcaseError): Promise<void> {
    const { store, errorBody } = this.#deps;
    const { job, events } = one;
    const next = becomesOf(error, { ...job, hasStarted: events.hasStarted });
    if (next === "again") return this.#putBack({ ...job, setbacks: (job.setbacks ?? 0) + 1 });
    if (next === "retried") {
      const starts = job.starts + 1;
      await store.countStarts(job.id, starts);
      return this.#putBack({ ...job, starts });
    }
    const told = next === "interrupted" ? interruptedBy(error) : error;
    await this.#end(one, { state: next, result: null, error: JSON.stringify(errorBody(told, job.id)) });
  }

  /** What has come of a job is not given up: it is tried until it is stored. */
  async #end(
    { job, startedAt, events }: RunningJob,
    what: Pick<JobEnd, "state" | "result" | "error">,
  ): Promise<void> {
    const { store, now, warn, pauseMs, callbackDue } = this.#deps;
    const starts = job.starts + (events.hasStarted ? 1 : 0);
    const end: JobEnd = { ...what, id: job.id, starts, startedAt, finishedAt: now() };
    while (!this.#isClosing) {
      try {
        await store.end(end);
        if (job.callback !== null) callbackDue();
        return;
      } catch (error) {
        warn(`the end of job ${job.id} is not stored yet: ${toCrankcaseError(error).message}`);
        await sleep(pauseMs);
      }
    }
  }

  /** It could not be run for now, and so it would be with the next: both wait. */
  #putBack(job: WaitingJob): void {
    if (this.#isClosing) return;
    const { waiting, pauseMs } = this.#deps;
    waiting.add(job);
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.fill();
    }, pauseMs);
  }
}
