/** Lets a few pieces of work go on at one time; the others wait in their order. */
export type FewAtOnce = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Makes one for so many. Who waits is bounded by who calls: each waits for its own work. */
export function fewAtOnce(most: number): FewAtOnce {
  let free = most;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
