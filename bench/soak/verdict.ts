import { percentile } from "../statistics.ts";
import type { Window } from "./run-window.ts";
import type { Sample } from "./take-sample.ts";

/** One line of a verdict: a figure, and the bound that it has to keep. */
export interface Criterion {
  readonly name: string;
  readonly figure: string;
  readonly bound: string;
  readonly holds: boolean;
}

/** Of both ends of a soak, to compare them. */
const WINDOWS_AT_AN_END = 10;

/** Growth per 1,000 jobs that is still none: of a megabyte, and of a thing. */
const MOST_MB = 1;
const MOST_THINGS = 1;

/** How much slower the honest jobs may have become. */
const MOST_SLOWER = 1.2;

/** Fewer jobs say nothing of resident memory, which comes and goes in pieces of some megabytes. */
const LEAST_JOBS = 10_000;

const MEMORY = {
  heapMb: "daemon, heap and buffers MB",
  jailerMb: "jailer, resident MB",
  diskMb: "run folder, MB",
} as const;
const THINGS = {
  daemonFds: "daemon, descriptors",
  jailerFds: "jailer, descriptors",
  runners: "processes of runners",
  mounts: "mounts",
  cgroups: "cgroups beside the slots' own",
  namespaces: "namespaces",
} as const;

/** Judges a soak by its windows, what was counted after each of them, and what was left or reached on the host. */
export function verdictOf(
  windows: readonly Window[],
  samples: readonly Sample[],
  leftovers: readonly string[],
): readonly Criterion[] {
  const faults = windows.flatMap((window) => window.faults);
  const jobs = windows.reduce((sum, window) => sum + window.jobs, 0);
  return [
    criterion(
      "jobs with another answer than theirs",
      `${faults.length} of ${jobs}`,
      "0",
      faults.length === 0,
    ),
    criterion("left on the host, or reached there", String(leftovers.length), "0", leftovers.length === 0),
    // What is kept by slot, by runtime or in a cache comes with the first jobs that need it: by half-time all of it is there.
    ...growth(samples, MEMORY, MOST_MB),
    ...growth(samples, THINGS, MOST_THINGS),
    resident(samples),
    slowdown(windows),
  ];
}

function criterion(name: string, figure: string, bound: string, holds: boolean): Criterion {
  return { name, figure, bound, holds };
}

/** Of the second half; what never exceeds the first one does not grow either. */
function growth<Key extends keyof Sample>(
  samples: readonly Sample[],
  names: Readonly<Record<Key, string>>,
  most: number,
): Criterion[] {
  return (Object.entries(names) as [Key, string][]).map(([key, name]) => {
    const half = Math.floor(samples.length / 2);
    const slope = slopeOf(samples.slice(half).map((sample) => [sample.jobs / 1000, sample[key]]));
    const highest = (some: readonly Sample[]) => Math.max(...some.map((sample) => sample[key]));
    const holds = slope < most || highest(samples.slice(half)) <= highest(samples.slice(0, half));
    return criterion(name, figureOf(samples.slice(half), key, slope), `below ${most}`, holds);
  });
}

function figureOf(samples: readonly Sample[], key: keyof Sample, slope: number): string {
  const [first, last] = [samples[0]?.[key] ?? 0, samples.at(-1)?.[key] ?? 0];
  return `${first.toFixed(1)} to ${last.toFixed(1)}: ${slope.toFixed(2)} per 1,000 jobs`;
}

/** The daemon's resident memory, which falls under the bound only where there were enough jobs to tell. */
function resident(samples: readonly Sample[]): Criterion {
  const [found] = growth(samples, { daemonMb: "daemon, resident MB" }, MOST_MB);
  if (found === undefined || (samples.at(-1)?.jobs ?? 0) >= LEAST_JOBS) return found as Criterion;
  return { ...found, bound: `(from ${LEAST_JOBS} jobs on)`, holds: true };
}

/** Slope of the line with the least squares. */
export function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (pick: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [meanX, meanY] = [mean(([x]) => x), mean(([, y]) => y)];
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

function slowdown(windows: readonly Window[]): Criterion {
  const name = "honest jobs' p90, end over beginning";
  const ends = Math.min(WINDOWS_AT_AN_END, Math.floor(windows.length / 2));
  if (ends === 0) return criterion(name, "too few windows", `below ${MOST_SLOWER}`, false);
  const median = (some: readonly Window[]) =>
    percentile(
      some.map(({ ratio }) => ratio),
      0.5,
    );
  const [first, last] = [median(windows.slice(0, ends)), median(windows.slice(-ends))];
  const figure = `${first.toFixed(2)} to ${last.toFixed(2)} raw runs: ${(last / first).toFixed(2)}`;
  return criterion(name, figure, `below ${MOST_SLOWER}`, last / first < MOST_SLOWER);
}
