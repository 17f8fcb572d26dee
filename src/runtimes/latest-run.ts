/**
 * Makes of an action one that never runs twice at a time, and whose effect is that of a run that began after the call: who
 * calls while one runs waits for the next, and all of them for the same.
 */
export function latestRun(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        running = action();
        return running;
      });
    return next;
  };
}
