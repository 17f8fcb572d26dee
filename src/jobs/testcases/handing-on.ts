import type { Stage } from "../../jail/jail.ts";

/** What one stage writes on its way to another that may read more slowly. */
export interface HandingOn {
  write(chunk: Buffer): void;
  /** The other's input ends behind all that was written. */
  end(): void;
  /** Resolves when all of it was taken, or the other has ended. */
  readonly done: Promise<void>;
}

/**
 * Hands on to a stage what is written. The writer is not held back: its jail's connection, which would wait, also tells what it
 * has read and that it has ended, so that two that write to each other would wait for ever. The writer's own limit of output
 * bounds what waits here.
 */
export function handingOn(reader: () => Pick<Stage, "write" | "endInput">): HandingOn {
  let done: Promise<void> = Promise.resolve();
  const next = (action: () => void | Promise<void>) => {
    done = done.then(action);
    done.catch(() => {
      // Whoever awaits it hears of it.
    });
  };
  return {
    write: (chunk) => next(() => reader().write(chunk)),
    end: () => next(() => reader().endInput()),
    get done() {
      return done;
    },
  };
}
