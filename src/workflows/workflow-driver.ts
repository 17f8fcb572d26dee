import { setTimeout as sleep } from "node:timers/promises";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { endingFor } from "./advance.ts";
import type { Progress } from "./progress.ts";
import type { RunDeps } from "./run-deps.ts";
import { WorkflowRun } from "./workflow-run.ts";

/** A workflow that this process drives, or tries to. */
interface Driven {
  run: WorkflowRun | null;
  /** It was driven here. */
  wasOurs: boolean;
  readonly ended: Promise<void>;
}

/** What others are told of where somebody asked for a workflow's end. */
export function cancelSubject(id: string): string {
  return `cancel:${id}`;
}

/** Drives workflows from where they stand to their ends. Disposing lets them go: the next start goes on with them. */
export class WorkflowDriver implements AsyncDisposable {
  readonly #deps: RunDeps;
  readonly #onLeft: (id: string) => void;
  readonly #driven = new Map<string, Driven>();
  readonly #closing = new AbortController();

  /** `onLeft` hears of each that is not driven here any more. */
  constructor(deps: RunDeps, onLeft: (id: string) => void) {
    this.#deps = deps;
    this.#onLeft = onLeft;
  }

  /** Begins to drive one; once is enough. */
  drive(id: string): void {
    if (this.#driven.has(id) || this.#closing.signal.aborted) return;
    const one: Driven = {
      ...{ run: null, wasOurs: false },
      ended: Promise.resolve().then(() => this.#untilOver(id, one)),
    };
    this.#driven.set(id, one);
  }

  /** Whether it is driven here, or that is being tried. */
  has(id: string): boolean {
    return this.#driven.has(id);
  }

  /** Where one stands that is driven here; null where it is not. */
  liveOf(id: string): Pick<WorkflowRun, "record" | "progress"> | null {
    return this.#driven.get(id)?.run ?? null;
  }

  /** Ends one, of which that is stored already; settles when it is over, where it is driven here. */
  async cancel(id: string): Promise<void> {
    const one = this.#driven.get(id);
    one?.run?.cancel();
    await one?.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#driven.values()].map(({ ended }) => ended));
  }

  async #untilOver(id: string, one: Driven): Promise<void> {
    const { warn, pauseMs, changed } = this.#deps;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#drive(id, one);
        break;
      } catch (error) {
        if (signal.aborted) break;
        warn(`workflow ${id} waits: ${whyOf(error)}`);
        if (await this.#givesUp(id, error).catch(() => false)) break;
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
    this.#driven.delete(id);
    this.#onLeft(id);
    if (one.wasOurs) changed(id);
  }

  /** What no later try mends ends the workflow: a request that a newer Crankcase refuses, or anything once its time is over. */
  async #givesUp(id: string, error: unknown): Promise<boolean> {
    const { store, now } = this.#deps;
    const found = await store.workflowToDrive(id);
    if (found === null) return true;
    const isRefused = error instanceof CrankcaseError && error.fault === "caller";
    if (!isRefused && now() < found.record.deadline) return false;
    const progress = endingFor(JSON.parse(found.progress) as Progress, "time_is_over", now());
    const end = { state: "failed", finishedAt: now() } as const;
    return await store.saveWorkflow({
      ...{ id, version: found.version, end },
      progress: JSON.stringify(isRefused ? { ...progress, ending: null } : progress),
    });
  }

  async #drive(id: string, one: Driven): Promise<void> {
    const { sharing, store } = this.#deps;
    await using lease = await sharing.claim(id);
    if (lease === null) return;
    const found = await store.workflowToDrive(id);
    if (found === null) return;
    const over = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, lease.lost, over.signal]);
    const run = new WorkflowRun(found, this.#deps, signal);
    one.run = run;
    one.wasOurs = true;
    const hearing = this.#hearCancel(id, run, signal);
    try {
      await run.run();
    } finally {
      one.run = null;
      over.abort();
      await hearing;
    }
  }

  /** Another process may have stored that it is to be ended. */
  async #hearCancel(id: string, run: WorkflowRun, signal: AbortSignal): Promise<void> {
    const { sharing, store, pauseMs } = this.#deps;
    while (!signal.aborted) {
      await sharing.heard(cancelSubject(id), signal);
      if (signal.aborted) return;
      try {
        const found = await store.workflowToDrive(id);
        if (found?.isCancelled === true) return run.cancel();
      } catch {
        // Whoever saves learns of it as well.
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

function whyOf(error: unknown): string {
  // A caller's mistake has words of the caller's, which are nothing for a log.
  if (error instanceof CrankcaseError) return error.fault === "caller" ? error.code : error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
