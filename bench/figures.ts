import { percentile } from "./statistics.ts";
import type { Measurement } from "./variant.ts";

/** One row of the table of times. */
export interface TimeFigure {
  readonly program: string;
  readonly way: string;
  readonly runs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** p50 divided by that of the same program's baseline in the same run. */
  readonly ratio: number;
}

/** One row of the table of throughput. */
export interface ThroughputFigure {
  readonly concurrency: number;
  readonly rawPerSecond: number;
  readonly httpPerSecond: number;
}

/** Where the figures come from. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly kernel: string;
  /** Load average of the minute before the bench: above a tenth of the cores, others take part in its times. */
  readonly load: number;
}

/** Everything that one run of the bench found out. */
export interface Figures {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly times: readonly TimeFigure[];
  readonly throughput: readonly ThroughputFigure[];
}

/** Percentiles and ratios of what was measured. Throws when a program was measured without its baseline. */
export function timeFigures(measurements: readonly Measurement[]): TimeFigure[] {
  return measurements.map(({ variant, samples }) => {
    const p50Ms = percentile(samples, 0.5);
    const ratio = p50Ms / percentile(baselineOf(measurements, variant.program), 0.5);
    const { program, way } = variant;
    return { program, way, runs: samples.length, p50Ms, p95Ms: percentile(samples, 0.95), ratio };
  });
}

function baselineOf(measurements: readonly Measurement[], program: string): readonly number[] {
  const baseline = measurements.find(({ variant }) => variant.program === program && variant.baseline);
  if (baseline === undefined) throw new Error(`${program} was measured without a baseline`);
  return baseline.samples;
}
