/** Runs one after another, at most so many at a time, and returns how many were done in a second. */
export async function ratePerSecond(
  runs: readonly (() => Promise<unknown>)[],
  count: number,
): Promise<number> {
  let left = count;
  const start = performance.now();
  const worker = async (run: () => Promise<unknown>) => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  await Promise.all(runs.map(worker));
  return (count / (performance.now() - start)) * 1000;
}
