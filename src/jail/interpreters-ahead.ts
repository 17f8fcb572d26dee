import type { AheadLine } from "./ahead-line.ts";
import { AheadLines } from "./ahead-lines.ts";
import type { AheadPlan } from "./ahead-plan.ts";
import { AheadStarter } from "./ahead-starter.ts";
import { chooseToGiveWay } from "./choose-to-give-way.ts";
import type { Interpreter } from "./interpreter.ts";
import type { WaitingJail } from "./jail.ts";

/** How often what is no longer wanted is looked for. */
const LOOK_MS = 10_000;

/** What interpreters ahead need. */
export interface InterpretersAheadDeps {
  /** Opens a jail that may wait. Rejects with `busy`, `jailer_absent` or `jailer_failed`. */
  readonly openJail: () => Promise<WaitingJail>;
  /** Jails that may hold an interpreter, or be on their way, at one time; 0 starts none. */
  readonly most: number;
  /** Memory of all of them together, in bytes. */
  readonly memoryBytes: number;
  /** How many are started at one time: as many as there are cores, so that jobs that run keep their share. */
  readonly starts: number;
  /** Milliseconds within which one must come to its gate; a minute when left out. */
  readonly startPatienceMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock?: () => number;
}

/**
 * Programs that were started before their jobs. Which ones and how many follows from the jobs that came of late; each is
 * used once. Used ones are replaced when their job is over, or at once when none is left. Disposing closes those that wait.
 */
export class InterpretersAhead implements AsyncDisposable {
  readonly #deps: InterpretersAheadDeps;
  readonly #clock: () => number;
  readonly #lines = new AheadLines();
  readonly #look: NodeJS.Timeout;
  readonly #starter: AheadStarter;
  #closed = false;
  #adjusts = false;

  constructor(deps: InterpretersAheadDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? (() => performance.now());
    this.#starter = new AheadStarter({ ...deps, clock: this.#clock, onChange: () => this.adjustSoon() });
    this.#look = setInterval(() => this.adjust(), LOOK_MS);
    this.#look.unref();
  }

  /** Those that are there, by language: waiting, or on their way to their gate. */
  count(): ReadonlyMap<string, number> {
    return this.#lines.count();
  }

  /** The oldest that is ready for such a job, which is the caller's then; null where there is none. */
  take(program: AheadPlan): Interpreter | null {
    const line = this.#deps.most === 0 || this.#closed ? null : this.#lines.use(program, this.#clock());
    if (line === null) return null;
    const interpreter = line.interpreters.shift() ?? null;
    if (interpreter !== null) this.#starter.give(interpreter);
    if (line.interpreters.length === 0) this.adjustSoon();
    return interpreter;
  }

  /** Closes all that wait and forgets what is known of those whose program this is true of; resolves when they are gone. */
  async drop(isAffected: (program: AheadPlan) => boolean): Promise<void> {
    const affected = this.#lines.remove((line) => isAffected(line.program));
    this.#closeAll(affected);
    await Promise.all(affected.flatMap(({ openings }) => [...openings]));
    await this.#starter.gone();
  }

  /** Closes all that wait, because somebody else needs their places, and starts none for a moment. Says whether any did. */
  async makeRoom(): Promise<boolean> {
    this.#starter.pause();
    const waiting = this.#lines.all().flatMap(({ interpreters }) => interpreters.splice(0));
    await Promise.all(waiting.map((interpreter) => this.#starter.close(interpreter)));
    return waiting.length > 0;
  }

  /** Adjusts once what is under way has gone out: jobs come before those that are yet to come. */
  adjustSoon(): void {
    if (this.#adjusts) return;
    this.#adjusts = true;
    setImmediate(() => {
      this.#adjusts = false;
      this.adjust();
    });
  }

  /** Starts those that are wanted, as far as there is room, and closes those that are not. */
  adjust(): void {
    const nowMs = this.#clock();
    this.#tidy(nowMs);
    for (const { line, missing } of this.#lines.missing(nowMs))
      for (let left = missing; left > 0 && this.#mayStart(line, nowMs); left -= 1) this.#starter.start(line);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#look);
    this.#starter.end();
    await this.drop(() => true);
  }

  #tidy(nowMs: number): void {
    for (const line of this.#lines.all())
      while (line.interpreters.length > line.wanted(nowMs))
        void this.#starter.close(line.interpreters.shift());
    this.#closeAll(this.#lines.removeForgotten(nowMs));
  }

  #mayStart(line: AheadLine, nowMs: number): boolean {
    const starts = this.#lines.openings + this.#starter.starting;
    if (this.#closed || this.#starter.pauses || starts >= this.#deps.starts) return false;
    const { held, memoryBytes: memory } = this.#lines;
    if (
      held + this.#starter.closing < this.#deps.most &&
      memory + line.assumedBytes <= this.#deps.memoryBytes
    )
      return true;
    // What is being closed will make room soon enough.
    if (this.#starter.closing === 0)
      void this.#starter.close(chooseToGiveWay(this.#lines.all(), line, nowMs)?.giveWay());
    return false;
  }

  #closeAll(lines: readonly AheadLine[]): void {
    for (const { interpreters } of lines)
      for (const interpreter of interpreters.splice(0)) void this.#starter.close(interpreter);
  }
}
