import type { BenchPlace } from "./bench-place.ts";
import type { ThroughputFigure } from "./figures.ts";
import type { PreparedProgram } from "./prepared-program.ts";
import { startRaw } from "./raw-variants.ts";
import { ratePerSecond } from "./throughput.ts";

const CONCURRENCIES: readonly number[] = [1, 2, 4, 8];

/** Runs for each number of runs at once: enough that starting and ending weigh little. */
const RUNS = 100;

/** Runs the program by raw-launcher and through HTTP, in turn, with so many at once. */
export async function measureThroughput(
  prepared: PreparedProgram,
  place: BenchPlace,
): Promise<ThroughputFigure[]> {
  const figures: ThroughputFigure[] = [];
  for (const concurrency of CONCURRENCIES) {
    const rawPerSecond = await rawRate(prepared, place, concurrency);
    const workers = Array.from({ length: concurrency }, () => () => place.http.run(prepared.program));
    const httpPerSecond = await ratePerSecond(workers, RUNS);
    figures.push({ concurrency, rawPerSecond, httpPerSecond });
  }
  return figures;
}

async function rawRate(prepared: PreparedProgram, place: BenchPlace, concurrency: number): Promise<number> {
  await using acquired = new AsyncDisposableStack();
  const launchers = Array.from({ length: concurrency }, () => acquired.use(startRaw(prepared, place)));
  await Promise.all(launchers.map((launcher) => launcher.run()));
  return await ratePerSecond(
    launchers.map((launcher) => () => launcher.run()),
    RUNS,
  );
}
