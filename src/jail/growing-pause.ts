/** The first pause is longer than a jailer takes to be started again; the longest still notices within seconds. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Keeps what failed from being tried again at once: each failure doubles the pause, a success ends it. */
export class GrowingPause {
  #nextMs = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;

  /** Whether it lasts. */
  get lasts(): boolean {
    return this.#timer !== undefined;
  }

  /** Begins a pause, unless one lasts, and calls back at its end. The process does not live for it. */
  begin(then: () => void): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      then();
    }, this.#nextMs);
    this.#timer.unref();
    this.#nextMs = Math.min(this.#nextMs * 2, LONGEST_PAUSE_MS);
  }

  /** All went well: the next pause is a short one again. */
  reset(): void {
    this.#nextMs = FIRST_PAUSE_MS;
  }

  /** Ends the pause without calling back. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
