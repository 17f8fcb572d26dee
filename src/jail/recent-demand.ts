/** A need that has not come back for so long is over: a class of pupils pauses, or a burst has gone by. */
const DEMAND_MEMORY_MS = 60_000;

/** So many uses are remembered: more than any pool has places, so that a busy one forgets its older ones only. */
const MOST_USES = 128;

/** Remembers when something was used of late, and tells how much of it was used at about one time. */
export class RecentDemand {
  readonly #uses: number[] = [];

  /** Something is used now. Times are milliseconds of one clock, and never go back. */
  note(nowMs: number): void {
    this.#uses.push(nowMs);
    if (this.#uses.length > MOST_USES) this.#uses.shift();
  }

  /** The most uses of the last minute that lay within one span of `windowMs`; 0 where there were none. */
  peak(nowMs: number, windowMs: number): number {
    const recent = this.#uses.filter((use) => use > nowMs - DEMAND_MEMORY_MS);
    let first = 0;
    let peak = 0;
    for (const [index, use] of recent.entries()) {
      while (use - (recent[first] ?? use) > windowMs) first += 1;
      peak = Math.max(peak, index - first + 1);
    }
    return peak;
  }

  /** Milliseconds between the last use and the one before it; Infinity where there were not two. */
  get lastPause(): number {
    return this.lastUse - (this.#uses.at(-2) ?? Number.NEGATIVE_INFINITY);
  }

  /** The last use; -Infinity where there was none. */
  get lastUse(): number {
    return this.#uses.at(-1) ?? Number.NEGATIVE_INFINITY;
  }
}
