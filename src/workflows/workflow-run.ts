import type { WorkflowRequest } from "../api/workflow-request.ts";
import type { WorkflowRecord, WorkflowToDrive } from "../queue/workflow-store.ts";
import { endingFor } from "./advance.ts";
import { defineWorkflow } from "./define-workflow.ts";
import { type Driven, goOn, listKey } from "./go-on.ts";
import { endOf } from "./plan.ts";
import type { Progress } from "./progress.ts";
import type { RunDeps } from "./run-deps.ts";
import { WorkflowNews } from "./workflow-news.ts";

/** Longest that a timer can be set for. */
const LONGEST_WAIT_MS = 2_147_483_647;

const ANY = Number.POSITIVE_INFINITY;

/** A workflow that was accepted is not refused for bounds that were lowered meanwhile. */
const NO_BOUNDS = { steps: ANY, items: ANY, jobs: ANY };

/** Drives one workflow from where it stands to its end. `run` settles then, when the signal aborts, or when another one drives it. */
export class WorkflowRun {
  readonly #deps: RunDeps;
  readonly #driven: Driven;
  readonly #news: WorkflowNews;
  readonly #signal: AbortSignal;
  #progress: Progress;
  #published: Progress;
  #version: number;
  #isCancelled: boolean;
  #isToPause = false;

  /** Throws `invalid_request` for a workflow that is not sound any more. */
  constructor(found: WorkflowToDrive, deps: RunDeps, signal: AbortSignal) {
    const { record, jobKey } = found;
    const viewer = { client: record.client, key: record.owner, seesAll: false };
    const request = JSON.parse(found.request) as WorkflowRequest;
    const definition = defineWorkflow(request, { ...deps.bounds, ...NO_BOUNDS });
    this.#deps = deps;
    this.#signal = signal;
    this.#driven = { deps, record, definition, viewer, jobKey };
    this.#news = new WorkflowNews({ ...deps, definition, viewer }, signal);
    this.#progress = JSON.parse(found.progress) as Progress;
    this.#published = this.#progress;
    this.#version = found.version;
    this.#isCancelled = found.isCancelled;
  }

  get record(): WorkflowRecord {
    return this.#driven.record;
  }

  /** Where it stands; ends that are not on the disk yet are not told. */
  get progress(): Progress {
    return this.#published;
  }

  /** Somebody asked for its end, and that is stored. */
  cancel(): void {
    this.#isCancelled = true;
    this.#news.wake();
  }

  /** Rejects with what fails for now. */
  async run(): Promise<void> {
    this.#news.watch(this.#progress);
    while (!this.#signal.aborted) {
      if (await this.#round()) return;
      await this.#news.next(this.#waitMs());
    }
  }

  /** Takes in what happened, does what follows from it, and saves it. True at the end. */
  async #round(): Promise<boolean> {
    const { progress: told, isToSave } = this.#news.take(this.#progress);
    const gone = await goOn(this.#endedInTime(told), this.#driven);
    this.#progress = gone.progress;
    this.#isToPause = gone.isToPause;
    const end = endOf(this.#driven.definition, this.#progress);
    if (isToSave || end !== null || this.#progress !== told) {
      if (!(await this.#save(end))) return true;
      this.#news.watch(this.#progress);
    }
    this.#publish();
    return end !== null;
  }

  #endedInTime(progress: Progress): Progress {
    const now = this.#deps.now();
    const isLate = now >= this.record.deadline;
    if (progress.ending !== null || !(this.#isCancelled || isLate)) return progress;
    return endingFor(progress, this.#isCancelled ? "cancelled" : "time_is_over", now);
  }

  /** False where another one drives it. */
  async #save(end: "succeeded" | "failed" | "cancelled" | null): Promise<boolean> {
    const { store, now, callbackDue, lists } = this.#deps;
    const { id, callback } = this.record;
    const isSaved = await store.saveWorkflow({
      ...{ id, version: this.#version, progress: JSON.stringify(this.#progress) },
      end: end === null ? null : { state: end, finishedAt: now() },
    });
    if (!isSaved) return false;
    this.#version += 1;
    if (end === null) return true;
    for (const step of this.#driven.definition.steps.keys()) lists.drop(listKey(id, step));
    if (callback !== null) callbackDue();
    return true;
  }

  #publish(): void {
    if (this.#published === this.#progress) return;
    this.#published = this.#progress;
    this.#deps.changed(this.record.id);
  }

  #waitMs(): number {
    const { now, pauseMs } = this.#deps;
    const restMs = this.#progress.ending === null ? this.record.deadline - now() : LONGEST_WAIT_MS;
    return Math.min(Math.max(0, restMs), this.#isToPause ? pauseMs : LONGEST_WAIT_MS);
  }
}
