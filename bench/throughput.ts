/** One run of something. */
export type Run = () => Promise<unknown>;

/** Milliseconds that so many runs take, one after another by each worker. */
export async function timeRuns(workers: readonly Run[], count: number): Promise<number> {
  let left = count;
  const start = performance.now();
  const work = async (run: Run) => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  await Promise.all(workers.map(work));
  return performance.now() - start;
}
