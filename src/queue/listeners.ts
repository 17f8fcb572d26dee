/** Who wait for the next news of something that has a name. */
export interface Listeners {
  /** Tells those who wait now. */
  tell(name: string): void;
  /** Settles at the next news, or when the signal aborts. */
  next(name: string, signal: AbortSignal): Promise<void>;
}

/** Nobody waits yet. */
export function listeners(): Listeners {
  const waiting = new Map<string, Set<() => void>>();
  return {
    tell(name) {
      const told = waiting.get(name) ?? [];
      waiting.delete(name);
      for (const listener of told) listener();
    },
    next(name, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const all = waiting.get(name) ?? new Set();
        waiting.set(name, all);
        const leave = () => {
          all.delete(done);
          if (all.size === 0 && waiting.get(name) === all) waiting.delete(name);
          resolve();
        };
        const done = () => {
          signal.removeEventListener("abort", leave);
          resolve();
        };
        all.add(done);
        signal.addEventListener("abort", leave, { once: true });
      });
    },
  };
}
