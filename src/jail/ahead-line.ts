import type { AheadPlan } from "./ahead-plan.ts";
import type { Interpreter } from "./interpreter.ts";
import { RecentDemand } from "./recent-demand.ts";

/** Who uses a program a second time within so long will mostly use it a third time. */
const SECOND_USE_WITHIN_MS = 300_000;

/** One interpreter is kept for so long after the last use: a lesson or a conversation goes on after its pauses. */
const KEPT_FOR_MS = 600_000;

/** A program that did not come to its gate is not tried again for so long: twice as long each time in a row. */
const FIRST_UNFIT_MS = 5_000;
const LONGEST_UNFIT_MS = 600_000;

/** Until they are measured: between what Python and what Java take, and the time of Python on a busy machine. */
const ASSUMED_MEMORY_BYTES = 32 * 1024 * 1024;
const ASSUMED_START_MS = 100;

/** The interpreters that wait for jobs of one key, the oldest first, and how many of them are wanted. */
export class AheadLine {
  readonly program: AheadPlan;
  readonly interpreters: Interpreter[] = [];
  readonly #demand = new RecentDemand();
  /** Jails that are being opened for it. */
  readonly openings = new Set<Promise<void>>();
  #startMs = ASSUMED_START_MS;
  #most = Number.POSITIVE_INFINITY;
  #assumedBytes = ASSUMED_MEMORY_BYTES;
  #unfitMs = FIRST_UNFIT_MS;
  #unfitUntil = Number.NEGATIVE_INFINITY;
  /** It is not to be used any more: what is started for it is closed. */
  isDropped = false;

  constructor(program: AheadPlan) {
    this.program = program;
  }

  /** A job of its key came. */
  note(nowMs: number): void {
    this.#demand.note(nowMs);
    this.#most = Number.POSITIVE_INFINITY;
  }

  /** Gives its oldest interpreter away, and wants it back no sooner than a job comes. */
  giveWay(): Interpreter | undefined {
    const given = this.interpreters.shift();
    this.#most = this.size;
    return given;
  }

  get lastUse(): number {
    return this.#demand.lastUse;
  }

  /** Those that wait, and those on their way. */
  get size(): number {
    return this.interpreters.length + this.openings.size;
  }

  /** Memory of all of them, in bytes. */
  get memoryBytes(): number {
    const opening = this.openings.size * this.#assumedBytes;
    return this.interpreters.reduce((sum, { memoryBytes }) => sum + memoryBytes, opening);
  }

  /** What another one will take: what the last one did. */
  get assumedBytes(): number {
    return this.#assumedBytes;
  }

  /** One has come to its gate. */
  measured({ memoryBytes, startMs }: { readonly memoryBytes: number; readonly startMs: number }): void {
    this.#assumedBytes = memoryBytes;
    this.#startMs = startMs;
    this.#unfitMs = FIRST_UNFIT_MS;
  }

  /** One has not come to its gate. */
  markUnfit(nowMs: number): void {
    this.#unfitUntil = nowMs + this.#unfitMs;
    this.#unfitMs = Math.min(this.#unfitMs * 2, LONGEST_UNFIT_MS);
  }

  /** As many as were taken of late in the time that one takes to start, and one more. */
  wanted(nowMs: number): number {
    if (nowMs < this.#unfitUntil || this.isForgettable(nowMs)) return 0;
    if (this.#demand.lastPause > SECOND_USE_WITHIN_MS) return 0;
    return Math.min(this.#demand.peak(nowMs, this.#startMs) + 1, this.#most);
  }

  /** Nobody has used it for long, and nothing need be remembered of it. */
  isForgettable(nowMs: number): boolean {
    return nowMs - this.lastUse > KEPT_FOR_MS && nowMs >= this.#unfitUntil;
  }
}
