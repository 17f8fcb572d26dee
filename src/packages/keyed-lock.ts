/** Runs actions of one key one after the other, in the order in which they were asked for; those of others meanwhile. */
export type KeyedLock = <Result>(key: string, action: () => Promise<Result>) => Promise<Result>;

/** Makes a lock whose keys are all free. */
export function keyedLock(): KeyedLock {
  const last = new Map<string, Promise<unknown>>();
  return async (key, action) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(action, action);
    const settled = mine.catch(() => undefined).finally(() => last.get(key) === settled && last.delete(key));
    last.set(key, settled);
    return await mine;
  };
}
