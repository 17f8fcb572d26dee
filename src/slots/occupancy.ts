/** Places that are taken, and who is told when none is. */
export class Occupancy {
  #held = 0;
  #staying = 0;
  readonly #listeners: (() => void)[] = [];

  /** Places that are taken. */
  get held(): number {
    return this.#held;
  }

  take(places: number): void {
    this.#held += places;
  }

  /** Gives places back; whoever waits for `idle` is told by `settle`, once those that wait for places have theirs. */
  give(places: number): void {
    this.#held -= places;
  }

  /** It is not idle until that is disposed of, whatever is taken; to do so twice is harmless. */
  stay(): Disposable {
    this.#staying += 1;
    let isHere = true;
    return {
      [Symbol.dispose]: () => {
        if (isHere) this.#staying -= 1;
        isHere = false;
        this.settle();
      },
    };
  }

  /** Tells those that wait for it, where nothing is taken and nobody stays. */
  settle(): void {
    if (this.#isIdle) for (const listener of this.#listeners.splice(0)) listener();
  }

  idle(): Promise<void> {
    return this.#isIdle ? Promise.resolve() : new Promise((resolve) => this.#listeners.push(resolve));
  }

  get #isIdle(): boolean {
    return this.#held === 0 && this.#staying === 0;
  }
}
