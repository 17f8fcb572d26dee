import type { Figures, ThroughputFigure, TimeFigure } from "./figures.ts";
import { formatTable } from "./table.ts";

/** The figures as a person reads them. */
export function printFigures({ machine, times, throughput }: Figures, notes: readonly string[]): string {
  const head = `${machine.cores} x ${machine.cpu}, Linux ${machine.kernel}, load ${machine.load} before`;
  return [head, "", timeTable(times), "", throughputTable(throughput), "", ...notes, ""].join("\n");
}

function timeTable(times: readonly TimeFigure[]): string {
  const head = ["program", "way", "runs", "p50 ms", "p95 ms", "p50 / raw"];
  return formatTable(
    head,
    times.map(({ program, way, runs, p50Ms, p95Ms, ratio }) => {
      const numbers = [String(runs), p50Ms.toFixed(2), p95Ms.toFixed(2), ratio.toFixed(2)];
      return [program, way, ...numbers];
    }),
  );
}

function throughputTable(throughput: readonly ThroughputFigure[]): string {
  const head = ["python: hello, at once", "", "raw /s", "HTTP /s", "HTTP / raw"];
  return formatTable(
    head,
    throughput.map(({ concurrency, rawPerSecond, httpPerSecond }) => {
      const rates = [
        rawPerSecond.toFixed(1),
        httpPerSecond.toFixed(1),
        (httpPerSecond / rawPerSecond).toFixed(2),
      ];
      return [String(concurrency), "", ...rates];
    }),
  );
}
