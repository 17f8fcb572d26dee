import { setTimeout as sleep } from "node:timers/promises";

/** Passes on what comes, until nothing has come for that long after the first. What comes later is left where it is. */
export async function* untilQuiet<Item>(items: AsyncGenerator<Item>, quietMs: number): AsyncGenerator<Item> {
  const first = await items.next();
  if (first.done === true) return;
  yield first.value;
  while (true) {
    const next = items.next();
    using timer = quietTimer(quietMs);
    const item = await Promise.race([next, timer.quiet]);
    if (item === null) {
      // Whoever hangs up makes it fail, and nobody waits for that.
      next.catch(() => undefined);
      return;
    }
    if (item.done === true) return;
    yield item.value;
  }
}

function quietTimer(ms: number): Disposable & { readonly quiet: Promise<null> } {
  const over = new AbortController();
  const quiet = sleep(ms, null, { signal: over.signal }).catch(() => null);
  return { quiet, [Symbol.dispose]: () => over.abort() };
}
