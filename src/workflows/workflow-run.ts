import { setTimeout as sleep } from "node:timers/promises";
import type { QueuedJob } from "../api/queued-job.ts";
import type { WorkflowRequest } from "../api/workflow-request.ts";
import { type CrankcaseError, toCrankcaseError } from "../errors/crankcase-error.ts";
import type { Viewer } from "../queue/viewer.ts";
import type { WorkflowRecord, WorkflowToDrive } from "../queue/workflow-store.ts";
import { ended, endingFor, type ItemPlace, started, submitted } from "./advance.ts";
import { defineWorkflow } from "./define-workflow.ts";
import type { Definition } from "./definition.ts";
import { jobOutcome } from "./job-outcome.ts";
import { watchJob } from "./job-watch.ts";
import { endOf, jobsUnderWay, nextJobs, turns } from "./plan.ts";
import type { Progress } from "./progress.ts";
import type { RunDeps } from "./run-deps.ts";
import { StepValues } from "./step-values.ts";
import { type Submission, submitJobs } from "./submit-jobs.ts";
import { itemsOf, takeTurns } from "./take-turns.ts";

/** Longest that a timer can be set for. */
const LONGEST_WAIT_MS = 2_147_483_647;

/** A workflow that was accepted is not refused for bounds that were lowered meanwhile. */
const NO_BOUNDS = {
  steps: Number.POSITIVE_INFINITY,
  items: Number.POSITIVE_INFINITY,
  jobs: Number.POSITIVE_INFINITY,
};

/** Something that happened to a job. */
interface News {
  readonly change: (progress: Progress) => Progress;
  readonly isToSave: boolean;
}

/** Drives one workflow from where it stands to its end. `run` settles then, when the signal aborts, or when another one drives it. */
export class WorkflowRun {
  readonly #deps: RunDeps;
  readonly record: WorkflowRecord;
  readonly #jobKey: string;
  readonly #definition: Definition;
  readonly #viewer: Viewer;
  readonly #signal: AbortSignal;
  readonly #watched = new Set<string>();
  readonly #cancelled = new Set<string>();
  #news: News[] = [];
  #failure: unknown = null;
  #wake = Promise.withResolvers<void>();
  #progress: Progress;
  #saved: Progress;
  #version: number;
  #isCancelled: boolean;
  #isToPause = false;

  constructor(found: WorkflowToDrive, deps: RunDeps, signal: AbortSignal) {
    const { client, owner } = found.record;
    this.#deps = deps;
    this.record = found.record;
    this.#jobKey = found.jobKey;
    this.#signal = signal;
    this.#viewer = { client, key: owner, seesAll: false };
    this.#definition = defineWorkflow(JSON.parse(found.request) as WorkflowRequest, {
      ...deps.bounds,
      ...NO_BOUNDS,
    });
    this.#progress = JSON.parse(found.progress) as Progress;
    this.#saved = this.#progress;
    this.#version = found.version;
    this.#isCancelled = found.isCancelled;
  }

  /** Where it stands; ends that are not on the disk yet are not told. */
  get progress(): Progress {
    return this.#saved;
  }

  /** Somebody asked for its end, and that is stored. */
  cancel(): void {
    this.#isCancelled = true;
    this.#wake.resolve();
  }

  /** Rejects with what fails for now. */
  async run(): Promise<void> {
    this.#watchAll();
    while (!this.#signal.aborted) {
      if (await this.#round()) return;
      await this.#nextNews();
    }
  }

  /** Takes in what happened, does what follows from it, and saves it. True at the end. */
  async #round(): Promise<boolean> {
    const isToSave = this.#takeNews();
    const told = this.#progress;
    await this.#goOn();
    const end = endOf(this.#definition, this.#progress);
    if (isToSave || end !== null || this.#progress !== told) {
      if (!(await this.#save(end))) return true;
      this.#watchAll();
    }
    this.#publish();
    return end !== null;
  }

  /** Whether something of it is to be saved. */
  #takeNews(): boolean {
    if (this.#failure !== null) throw this.#failure;
    const news = this.#news;
    this.#news = [];
    for (const { change } of news) this.#progress = change(this.#progress);
    return news.some(({ isToSave }) => isToSave);
  }

  async #goOn(): Promise<void> {
    const { now, bounds } = this.#deps;
    const isLate = now() >= this.record.deadline;
    if (this.#progress.ending === null && (this.#isCancelled || isLate))
      this.#progress = endingFor(this.#progress, this.#isCancelled ? "cancelled" : "time_is_over", now());
    do {
      await this.#takeTurns();
      await this.#submit();
      // What can never be submitted gives others their turn, and makes room.
    } while (
      turns(this.#definition, this.#progress).length > 0 ||
      (!this.#isToPause && nextJobs(this.#progress, bounds.jobsAtOnce).length > 0)
    );
  }

  async #takeTurns(): Promise<void> {
    this.#progress = await takeTurns(this.#progress, {
      ...this.#deps,
      definition: this.#definition,
      values: (progress) => this.#values(progress),
      onList: (step, items) => this.#deps.lists.keep(this.#listKey(step), items),
      errorBody: (error) => this.#errorBody(error),
    });
  }

  async #submit(): Promise<void> {
    const places = this.#isToPause ? [] : nextJobs(this.#progress, this.#deps.bounds.jobsAtOnce);
    if (places.length === 0) return;
    const { deadline, ttlSeconds } = this.record;
    const restSeconds = Math.ceil(Math.max(0, deadline - this.#deps.now()) / 1_000);
    const submissions = await submitJobs(places, this.#progress, {
      ...this.#deps,
      definition: this.#definition,
      values: this.#values(this.#progress),
      viewer: this.#viewer,
      jobKey: this.#jobKey,
      ttlSeconds: restSeconds + ttlSeconds,
      itemsOf: (step) => this.#itemsOf(step),
      errorBody: (error) => this.#submitError(error),
    });
    for (const submission of submissions) this.#noteSubmission(submission);
  }

  #noteSubmission(submission: Submission): void {
    const { place } = submission;
    if ("later" in submission) {
      this.#isToPause = true;
    } else if ("job" in submission) {
      this.#progress = submitted(this.#progress, place, submission.job);
    } else {
      const end = { outcome: "failed", error: submission.error, retry: -1 } as const;
      this.#progress = ended(this.#progress, place, end, this.#deps.now());
    }
  }

  /** False where another one drives it. */
  async #save(end: "succeeded" | "failed" | "cancelled" | null): Promise<boolean> {
    const { store, now, callbackDue, lists } = this.#deps;
    const { record } = this;
    const isSaved = await store.saveWorkflow({
      id: record.id,
      version: this.#version,
      progress: JSON.stringify(this.#progress),
      end: end === null ? null : { state: end, finishedAt: now() },
    });
    if (!isSaved) return false;
    this.#version += 1;
    this.#publish();
    if (end === null) return true;
    for (const step of this.#definition.steps.keys()) lists.drop(this.#listKey(step));
    if (record.callback !== null) callbackDue();
    return true;
  }

  #publish(): void {
    if (this.#saved === this.#progress) return;
    this.#saved = this.#progress;
    this.#deps.changed(this.record.id);
  }

  /** Hears of each job that is under way; of one that is to end, ends it. */
  #watchAll(): void {
    for (const { job, ...place } of jobsUnderWay(this.#progress)) {
      if (this.#progress.ending !== null) this.#cancelJob(job);
      if (this.#watched.has(job)) continue;
      this.#watched.add(job);
      const listener = {
        // The next start would find it out; others, who see what is saved, would not.
        started: () =>
          this.#hear({ change: (it) => started(it, place), isToSave: this.#deps.sharing.isShared }),
        over: (ended: QueuedJob | null) => this.#hearEnd(place, ended),
      };
      watchJob(job, { ...this.#deps, viewer: this.#viewer }, listener, this.#signal).catch((error) =>
        this.#fail(error),
      );
    }
  }

  #hearEnd(place: ItemPlace, job: QueuedJob | null): void {
    const { outcome, error, isFinal } = jobOutcome(job, this.#deps.errorBody);
    const retry = isFinal ? -1 : (this.#definition.steps[place.step]?.retry ?? 0);
    const at = this.#deps.now();
    this.#hear({ change: (it) => ended(it, place, { outcome, error, retry }, at), isToSave: true });
  }

  #cancelJob(id: string): void {
    if (this.#cancelled.has(id)) return;
    this.#cancelled.add(id);
    this.#deps.queued.cancel(id).catch((error) => this.#fail(error));
  }

  #hear(news: News): void {
    this.#news.push(news);
    this.#wake.resolve();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake.resolve();
  }

  async #nextNews(): Promise<void> {
    const { now, pauseMs } = this.#deps;
    const restMs = this.#progress.ending === null ? this.record.deadline - now() : LONGEST_WAIT_MS;
    const waitMs = Math.min(Math.max(0, restMs), this.#isToPause ? pauseMs : LONGEST_WAIT_MS);
    this.#isToPause = false;
    const leave = new AbortController();
    const signal = AbortSignal.any([this.#signal, leave.signal]);
    const timer = sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#wake.promise, timer]);
    leave.abort();
    this.#wake = Promise.withResolvers();
    if (this.#news.length > 0 || this.#failure !== null) this.#wake.resolve();
  }

  async #itemsOf(step: number): Promise<readonly unknown[]> {
    const { lists } = this.#deps;
    const defined = this.#definition.steps[step];
    const known = lists.get(this.#listKey(step));
    if (known !== undefined || defined === undefined) return known ?? [];
    const items = await itemsOf(defined, this.#values(this.#progress));
    lists.keep(this.#listKey(step), items);
    return items;
  }

  #listKey(step: number): string {
    return `${this.record.id}/${step}`;
  }

  #values(progress: Progress): StepValues {
    const { queued, artifacts, bounds } = this.#deps;
    const findJob = async (id: string) => (await queued.find([id], this.#viewer))[0] ?? null;
    return new StepValues({ findJob, artifacts, mostBytes: bounds.carriedBytes }, this.#definition, progress);
  }

  #submitError(error: CrankcaseError) {
    const { cause } = error;
    if (error.fault === "ours")
      this.#deps.warn(`workflow ${this.record.id}: ${cause instanceof Error ? cause.stack : error.message}`);
    return this.#errorBody(error);
  }

  #errorBody(error: CrankcaseError) {
    return this.#deps.errorBody(toCrankcaseError(error), this.record.id);
  }
}
