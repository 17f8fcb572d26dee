import { ClosingJails } from "./closing-jails.ts";
import { GrowingPause } from "./growing-pause.ts";
import type { JobJail, WaitingJail } from "./jail.ts";
import type { OpenJailOptions } from "./open-jail.ts";
import { RecentDemand } from "./recent-demand.ts";
import { SecondChance } from "./second-chance.ts";

/** Jobs that come within the time that a jail takes to be made, on a busy machine, each want one of their own. */
const MAKING_MS = 50;

/** Jails that are made at one time: more would hold up the jobs that run. */
const MOST_OPENINGS = 2;

/** Kept when nobody needs any: the first job after a pause finds one. */
const FLOOR = 1;

/** How often jails that are no longer needed are looked for. */
const LOOK_MS = 10_000;

/** What ready jails need. */
export interface ReadyJailsDeps {
  /** Opens a jail that may wait. Rejects with `busy`, `jailer_absent` or `jailer_failed`. */
  readonly openJail: (options?: OpenJailOptions) => Promise<WaitingJail>;
  /** Jails that may wait or be on their way at one time; 0 makes none ahead. */
  readonly most: number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock?: () => number;
}

/**
 * Jails that are made before their jobs come. As many wait as jobs came at about one time of late, and one more; used ones
 * are replaced when their job is over, or at once when none is left. Disposing closes those that wait.
 */
export class ReadyJails implements AsyncDisposable {
  readonly #deps: ReadyJailsDeps;
  readonly #clock: () => number;
  readonly #idle: WaitingJail[] = [];
  readonly #closing = new ClosingJails();
  readonly #demand = new RecentDemand();
  readonly #pause = new GrowingPause();
  readonly #openings = new Set<Promise<void>>();
  readonly #look: NodeJS.Timeout;
  #closed = false;

  constructor(deps: ReadyJailsDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? (() => performance.now());
    this.#look = setInterval(() => this.adjust(), LOOK_MS);
    this.#look.unref();
    this.adjust();
  }

  /** Jails that wait for a job now. */
  get ready(): number {
    return this.#idle.length;
  }

  /** A ready jail, or else a new one, for one job. The signal kills it. Rejects as opening a jail does. */
  async open({ signal }: { readonly signal: AbortSignal }): Promise<JobJail> {
    signal.throwIfAborted();
    this.#demand.note(this.#clock());
    const ready = this.#idle.shift();
    if (this.#idle.length === 0) setImmediate(() => this.adjust());
    const reopen = () => this.#deps.openJail({ signal });
    if (ready === undefined) return await reopen();
    this.#pause.reset();
    ready.endWith(signal);
    return new SecondChance({ jail: ready, start: "ready", reopen, onEnd: () => this.adjust() });
  }

  /** Closes all that wait, because somebody else needs their places, and makes none for a moment. Says whether any did. */
  async makeRoom(): Promise<boolean> {
    this.#pause.begin(() => this.adjust());
    const had = this.#idle.length > 0;
    await Promise.all(this.#idle.splice(0).map((jail) => this.#closing.close(jail)));
    return had;
  }

  /** Makes the jails that are wanted, and closes those that are not. */
  adjust(): void {
    const wanted = this.#wanted();
    while (this.#idle.length > wanted) this.#drop(this.#idle.shift());
    const isFull = () => this.#held >= Math.min(wanted, this.#deps.most);
    while (!this.#closed && !this.#pause.lasts && !isFull() && this.#openings.size < MOST_OPENINGS) {
      const opening = this.#openOne().finally(() => this.#openings.delete(opening));
      this.#openings.add(opening);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#look);
    this.#pause.cancel();
    await Promise.all(this.#openings);
    for (const jail of this.#idle.splice(0)) this.#drop(jail);
    await this.#closing.gone();
  }

  get #held(): number {
    return this.#idle.length + this.#openings.size + this.#closing.count;
  }

  #wanted(): number {
    const peak = this.#demand.peak(this.#clock(), MAKING_MS);
    return Math.min(this.#deps.most, peak === 0 ? FLOOR : peak + 1);
  }

  async #openOne(): Promise<void> {
    try {
      const jail = await this.#deps.openJail();
      this.#idle.push(jail);
      void jail.ended.then(() => this.#lose(jail));
    } catch {
      // Whoever needs a jail next is told why there is none.
      this.#pause.begin(() => this.adjust());
    }
    setImmediate(() => this.adjust());
  }

  /** Only one that waits is missed: another one's job has its own way to notice. */
  #lose(jail: WaitingJail): void {
    const index = this.#idle.indexOf(jail);
    if (index < 0) return;
    this.#idle.splice(index, 1);
    this.#drop(jail);
    this.#pause.begin(() => this.adjust());
  }

  #drop(jail: WaitingJail | undefined): void {
    if (jail !== undefined) void this.#closing.close(jail);
  }
}
