import type { BenchPlace } from "./bench-place.ts";
import type { ThroughputFigure } from "./figures.ts";
import type { PreparedProgram } from "./prepared-program.ts";
import { startRaw } from "./raw-variants.ts";
import { timeRuns } from "./throughput.ts";

const CONCURRENCIES: readonly number[] = [1, 2, 4, 8];

/** Raw and HTTP take turns, so that whatever else the machine does falls on both; a turn is long beside one run. */
const TURNS = 5;
const RUNS_A_TURN = 24;

const MS_PER_SECOND = 1000;

/** Runs the program by raw-launcher and through HTTP with so many at once. Rejects once the signal aborts. */
export async function measureThroughput(
  prepared: PreparedProgram,
  place: BenchPlace,
  stop: AbortSignal,
): Promise<ThroughputFigure[]> {
  const figures: ThroughputFigure[] = [];
  for (const concurrency of CONCURRENCIES) figures.push(await measureOne(prepared, place, concurrency, stop));
  return figures;
}

async function measureOne(
  prepared: PreparedProgram,
  place: BenchPlace,
  concurrency: number,
  stop: AbortSignal,
): Promise<ThroughputFigure> {
  await using acquired = new AsyncDisposableStack();
  const launchers = Array.from({ length: concurrency }, () => acquired.use(startRaw(prepared, place)));
  const raw = launchers.map((launcher) => () => launcher.run());
  const http = launchers.map(() => () => place.http.run(prepared.program));
  let [rawMs, httpMs] = [0, 0];
  for (let turn = 0; turn < TURNS; turn += 1) {
    stop.throwIfAborted();
    rawMs += await timeRuns(raw, RUNS_A_TURN);
    httpMs += await timeRuns(http, RUNS_A_TURN);
  }
  const runs = TURNS * RUNS_A_TURN * MS_PER_SECOND;
  return { concurrency, rawPerSecond: runs / rawMs, httpPerSecond: runs / httpMs };
}
