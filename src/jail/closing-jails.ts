/** Jails that are being closed and are not gone yet: each still takes a place of the jailer. */
export class ClosingJails {
  readonly #closing = new Set<Promise<void>>();

  /** How many are not gone. */
  get count(): number {
    return this.#closing.size;
  }

  /** Closes a jail; what goes wrong with that is the jailer's to log and to mend. */
  async close(jail: AsyncDisposable): Promise<void> {
    const closed = closedOrNot(jail);
    this.#closing.add(closed);
    await closed;
    this.#closing.delete(closed);
  }

  /** Resolves when all that are being closed now are gone. */
  async gone(): Promise<void> {
    await Promise.all(this.#closing);
  }
}

async function closedOrNot(jail: AsyncDisposable): Promise<void> {
  try {
    await jail[Symbol.asyncDispose]();
  } catch {
    // Its connection is cut all the same.
  }
}
