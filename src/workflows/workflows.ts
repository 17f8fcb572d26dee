import type { Workflow } from "../api/workflow.ts";
import type { WorkflowRequest } from "../api/workflow-request.ts";
import { listeners } from "../queue/listeners.ts";
import { listedFor, maySee, type Viewer } from "../queue/viewer.ts";
import { fewAtOnce } from "./few-at-once.ts";
import { newWorkflow } from "./new-workflow.ts";
import type { Progress } from "./progress.ts";
import { recentLists } from "./recent-lists.ts";
import { cancelSubject, WorkflowDriver } from "./workflow-driver.ts";
import { type WorkflowRoom, workflowRoom } from "./workflow-room.ts";
import { listedWorkflow, workflowState } from "./workflow-state.ts";
import type { SubmittedWorkflow, WantedWorkflows, WorkflowsDeps } from "./workflows-deps.ts";

/** Jobs that are made of carried values at one time, of all workflows. */
const MOST_MADE = 8;

/** How long whoever cancels one that another process drives waits for its end, in milliseconds. */
const CANCEL_MS = 10_000;

/** What is kept of lists that workflows are fanned out over, in bytes. */
const LIST_BYTES = 32 * 1024 * 1024;

/** Sequences of jobs. Disposing lets those that are under way go, and keeps them; store and queue stay open. */
export class Workflows implements AsyncDisposable {
  readonly #deps: WorkflowsDeps;
  readonly #listeners = listeners();
  readonly #driver: WorkflowDriver;
  readonly #room: WorkflowRoom;
  readonly #sweep: NodeJS.Timeout;

  /** Opens them, and goes on with those that were left in the store. */
  static async open(deps: WorkflowsDeps): Promise<Workflows> {
    const workflows = new Workflows(deps);
    try {
      await workflows.#adopt();
    } catch (error) {
      await workflows[Symbol.asyncDispose]();
      throw error;
    }
    return workflows;
  }

  private constructor(deps: WorkflowsDeps) {
    this.#deps = deps;
    this.#room = workflowRoom(deps.bounds);
    const changed = (id: string) => {
      this.#listeners.tell(id);
      deps.sharing.tell(id);
    };
    const bounding = { makesJobs: fewAtOnce(MOST_MADE), lists: recentLists(LIST_BYTES) };
    this.#driver = new WorkflowDriver({ ...deps, ...bounding, changed }, (id) => this.#room.leave(id));
    this.#sweep = setInterval(() => void this.#lookAround(), deps.sweepMs).unref();
  }

  /** Those that are under way. */
  get running(): number {
    return this.#room.size;
  }

  /** Accepts one. Rejects with `busy`, or with a caller's mistake and its field. */
  async submit(request: WorkflowRequest, viewer: Viewer): Promise<SubmittedWorkflow> {
    const workflow = newWorkflow(request, viewer, this.#deps);
    this.#room.take(workflow);
    try {
      const { record, isNew } = await this.#deps.store.addWorkflow(workflow);
      if (isNew) this.#driver.drive(record.id);
      else this.#room.leave(workflow.id);
      const found = await this.find(record.id, { ...viewer, seesAll: true });
      return { workflow: found ?? listedWorkflow(record), isNew };
    } catch (error) {
      this.#room.leave(workflow.id);
      throw error;
    }
  }

  /** One, with its steps; null where there is none that is shown to the viewer. */
  async find(id: string, viewer: Viewer): Promise<Workflow | null> {
    const { store, errorBody } = this.#deps;
    // Who follows one asks often: what is driven here is known here.
    const live = this.#driver.liveOf(id);
    if (live !== null)
      return maySee(live.record, viewer) ? workflowState(live.record, live.progress, errorBody) : null;
    const found = await store.findWorkflow(id);
    if (found === null || !maySee(found.record, viewer)) return null;
    return workflowState(found.record, JSON.parse(found.progress) as Progress, errorBody);
  }

  /** The viewer's own without their steps, the newest first. */
  async list(wanted: WantedWorkflows, viewer: Viewer): Promise<readonly Workflow[]> {
    const records = await this.#deps.store.listWorkflows({ ...wanted, owner: listedFor(viewer) });
    return records.map(listedWorkflow);
  }

  /** Settles at the next change of it, or when the signal aborts. */
  async changed(id: string, signal: AbortSignal): Promise<void> {
    const leave = new AbortController();
    const either = AbortSignal.any([signal, leave.signal]);
    try {
      await Promise.race([this.#listeners.next(id, either), this.#deps.sharing.heard(id, either)]);
    } finally {
      leave.abort();
    }
  }

  /** Ends one that is not over: what waits is not run, what runs is killed. Settles when it is over, or another process was long told of it. */
  async cancel(id: string): Promise<void> {
    const { store, sharing } = this.#deps;
    await store.cancelWorkflow(id);
    if (this.#driver.liveOf(id) !== null) return await this.#driver.cancel(id);
    const signal = AbortSignal.timeout(CANCEL_MS);
    while (!signal.aborted) {
      const changed = this.changed(id, signal);
      sharing.tell(cancelSubject(id));
      if ((await store.workflowToDrive(id)) === null) return;
      await changed;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    await this.#driver[Symbol.asyncDispose]();
  }

  /** Those that nobody drives are driven here from now on; whether somebody does, he who tries it is told. */
  async #adopt(): Promise<void> {
    for (const one of await this.#deps.store.unfinishedWorkflows()) {
      if (this.#driver.has(one.id)) continue;
      this.#room.adopt(one);
      this.#driver.drive(one.id);
    }
  }

  async #lookAround(): Promise<void> {
    const { store, now, warn } = this.#deps;
    try {
      await store.removeExpiredWorkflows(now());
      await this.#adopt();
    } catch (error) {
      warn(`looking after workflows: ${error instanceof Error ? error.message : error}`);
    }
  }
}
