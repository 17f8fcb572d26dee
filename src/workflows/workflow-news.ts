import { setTimeout as sleep } from "node:timers/promises";
import type { QueuedJob } from "../api/queued-job.ts";
import type { Viewer } from "../queue/viewer.ts";
import { ended, type ItemPlace, started } from "./advance.ts";
import type { Definition } from "./definition.ts";
import { jobOutcome } from "./job-outcome.ts";
import { watchJob } from "./job-watch.ts";
import { jobsUnderWay } from "./plan.ts";
import type { Progress } from "./progress.ts";
import type { RunDeps } from "./run-deps.ts";

/** Something that happened to a job. */
interface News {
  readonly change: (progress: Progress) => Progress;
  readonly isToSave: boolean;
}

/** Whose jobs are heard of. */
export interface NewsDeps extends Pick<RunDeps, "queued" | "sharing" | "now" | "errorBody"> {
  readonly definition: Definition;
  readonly viewer: Viewer;
}

/** Where a workflow stands once news were taken in. */
export interface TakenNews {
  readonly progress: Progress;
  readonly isToSave: boolean;
}

/** Hears what happens to the jobs of one workflow, until the signal aborts. */
export class WorkflowNews {
  readonly #deps: NewsDeps;
  readonly #signal: AbortSignal;
  readonly #watched = new Set<string>();
  readonly #cancelled = new Set<string>();
  #news: News[] = [];
  #failure: unknown = null;
  #wake = Promise.withResolvers<void>();

  constructor(deps: NewsDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Listens to each job that is under way; of a workflow that is to end, ends it. */
  watch(progress: Progress): void {
    for (const { job, ...place } of jobsUnderWay(progress)) {
      if (progress.ending !== null) this.#cancel(job);
      if (this.#watched.has(job)) continue;
      this.#watched.add(job);
      const listener = {
        // The next start would find it out; others, who see what is saved, would not.
        started: () =>
          this.#hear({ change: (it) => started(it, place), isToSave: this.#deps.sharing.isShared }),
        over: (one: QueuedJob | null) => this.#hearEnd(place, one),
      };
      watchJob(job, this.#deps, listener, this.#signal).catch((error) => this.#fail(error));
    }
  }

  /** Takes in what happened since the last time. Throws what listening failed of. */
  take(progress: Progress): TakenNews {
    if (this.#failure !== null) throw this.#failure;
    const news = this.#news;
    this.#news = [];
    return {
      progress: news.reduce((at, { change }) => change(at), progress),
      isToSave: news.some(({ isToSave }) => isToSave),
    };
  }

  /** There is something to be done besides. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Settles at the next news, or after that time. */
  async next(waitMs: number): Promise<void> {
    const leave = new AbortController();
    const signal = AbortSignal.any([this.#signal, leave.signal]);
    const timer = sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#wake.promise, timer]);
    leave.abort();
    this.#wake = Promise.withResolvers();
    if (this.#news.length > 0 || this.#failure !== null) this.wake();
  }

  #hearEnd(place: ItemPlace, job: QueuedJob | null): void {
    const { definition, errorBody, now } = this.#deps;
    const { outcome, error, isFinal } = jobOutcome(job, errorBody);
    const retry = isFinal ? -1 : (definition.steps[place.step]?.retry ?? 0);
    const at = now();
    this.#hear({ change: (it) => ended(it, place, { outcome, error, retry }, at), isToSave: true });
  }

  #cancel(id: string): void {
    if (this.#cancelled.has(id)) return;
    this.#cancelled.add(id);
    this.#deps.queued.cancel(id).catch((error) => this.#fail(error));
  }

  #hear(news: News): void {
    this.#news.push(news);
    this.wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.wake();
  }
}
