import { setTimeout as sleep } from "node:timers/promises";
import { pauseAfter } from "./callback-schedule.ts";
import { callbackHost } from "./callback-url.ts";
import type { CallbacksDeps, DueCallback } from "./due-callback.ts";
import type { CallbackOutcome } from "./send-callback.ts";

/** Deliveries that are tried at one time, in all and to one host: a receiver that hangs holds up few others. */
const MOST = 8;
const MOST_TO_HOST = 2;

/** After a failure of the store, in milliseconds. */
const STORE_PAUSE_MS = 5_000;

/** Bounds of what a timer is set for: clocks are turned, and a store that names the past must not be asked without end. */
const LEAST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 3_600_000;

/** The status by which a receiver says that it wants no more of it (standardwebhooks.com). */
const GONE = 410;

/**
 * Tries deliveries when they are due. `wake` says that there may be more; by itself it looks when the next one is due. Disposing
 * ends the tries that are under way, which then do not count, and resolves when all have ended.
 */
export interface Callbacks extends AsyncDisposable {
  wake(): void;
}

/** Delivers what is due, and begins with what is due already. */
export function createCallbacks(deps: CallbacksDeps): Callbacks {
  const callbacks = new Deliverer(deps);
  callbacks.wake();
  return callbacks;
}

class Deliverer implements Callbacks {
  readonly #deps: CallbacksDeps;
  readonly #stop = new AbortController();
  /** Tries under way, by the delivery's id. */
  readonly #tries = new Map<string, { readonly host: string; readonly end: Promise<void> }>();
  #timer: NodeJS.Timeout | undefined;
  #looks: Promise<void> | undefined;
  #looksAgain = false;

  constructor(deps: CallbacksDeps) {
    this.#deps = deps;
  }

  wake(): void {
    if (this.#stop.signal.aborted) return;
    this.#looksAgain = true;
    this.#looks ??= this.#look().finally(() => {
      this.#looks = undefined;
      if (this.#looksAgain) this.wake();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#looks;
    await Promise.all([...this.#tries.values()].map(({ end }) => end));
  }

  async #look(): Promise<void> {
    try {
      while (this.#looksAgain && !this.#stop.signal.aborted) {
        this.#looksAgain = false;
        await this.#startDue();
      }
    } catch (error) {
      this.#deps.onError(error);
      this.#wakeIn(this.#storePauseMs);
    }
  }

  async #startDue(): Promise<void> {
    const limit = MOST - this.#tries.size;
    if (limit === 0) return; // one that ends looks again
    const question = { limit, exceptIds: [...this.#tries.keys()], exceptHosts: this.#fullHosts() };
    const { due, nextAtMs } = await this.#deps.due(question);
    if (this.#stop.signal.aborted) return;
    const started = due.filter((callback) => this.#start(callback));
    // In the place of those to a host that has become full, others may be due.
    if (started.length > 0 && started.length < due.length) this.#looksAgain = true;
    if (nextAtMs !== null) this.#wakeIn(nextAtMs - this.#now());
  }

  #wakeIn(pauseMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stop.signal.aborted) return;
    const waitMs = Math.min(Math.max(pauseMs, LEAST_WAIT_MS), LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => this.wake(), waitMs).unref();
  }

  /** False where it has to wait. */
  #start(callback: DueCallback): boolean {
    const host = callbackHost(callback.url);
    if (this.#tries.size >= MOST || this.#tries.has(callback.id) || this.#fullHosts().includes(host))
      return false;
    const end = this.#try(callback).finally(() => {
      this.#tries.delete(callback.id);
      this.wake();
    });
    this.#tries.set(callback.id, { host, end });
    return true;
  }

  #fullHosts(): string[] {
    const hosts = [...this.#tries.values()].map(({ host }) => host);
    return [...new Set(hosts)].filter((host) => hosts.filter((one) => one === host).length >= MOST_TO_HOST);
  }

  async #try(callback: DueCallback): Promise<void> {
    const outcome = await this.#send(callback);
    // Nobody knows whether the receiver has taken it: it is due again when somebody looks.
    if (this.#stop.signal.aborted && !outcome.ok) return;
    const tries = callback.tries + 1;
    const isFinal = outcome.ok || outcome.status === GONE;
    const pauseMs = isFinal ? null : pauseAfter(tries, this.#deps.random);
    const nextAtMs = pauseMs === null ? null : this.#now() + pauseMs;
    try {
      await this.#deps.onTried(callback.id, { outcome, tries, nextAtMs });
    } catch (error) {
      this.#deps.onError(error);
      // It is due still, and would be sent again at once.
      await sleep(this.#storePauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async #send({ id, url, secret, body }: DueCallback): Promise<CallbackOutcome> {
    let text: string;
    try {
      text = await body();
    } catch (error) {
      this.#deps.onError(error);
      return { ok: false, message: "the job could not be read" };
    }
    return await this.#deps.send({ id, url, secret, body: text }, this.#stop.signal);
  }

  #now(): number {
    return this.#deps.now?.() ?? Date.now();
  }

  get #storePauseMs(): number {
    return this.#deps.storePauseMs ?? STORE_PAUSE_MS;
  }
}
