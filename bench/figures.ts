/** What was measured of one way of running something. Times are milliseconds of one run. */
export interface WayFigure {
  /** What the pictures put side by side: a language, a number of clients; absent where a line has one alone. */
  readonly group?: string;
  readonly way: string;
  readonly runs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** CPU of the whole machine for one run, the client's own left out; null where it was not taken. */
  readonly cpuMs: number | null;
  readonly perSecond: number;
  /** Share of the runs whose interpreter had been started ahead; 0 where nothing says so. */
  readonly aheadShare: number;
  /** Share of the runs whose compile stage was kept from an earlier one. */
  readonly keptShare: number;
}

/** One number that has a bound. */
export interface Check {
  readonly what: string;
  readonly value: number;
  /** Of the value and of its bound, such as `x raw` or `MB`. */
  readonly unit: string;
  readonly bound: number;
  readonly isLeast: boolean;
  readonly met: boolean;
  /** The way whose time and CPU stand beside it in the table. */
  readonly way?: string;
  /** The way that it was divided by. */
  readonly beside?: string;
}

/** What one line of the bench found out. */
export interface LineFigures {
  readonly name: string;
  readonly title: string;
  readonly ways: readonly WayFigure[];
  readonly checks: readonly Check[];
  /** What a reader must know of these numbers. */
  readonly notes: readonly string[];
  /** The command that measures this line again. */
  readonly again: string;
}

/** Where the figures come from. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly kernel: string;
  /** Share of all cores that was busy in a second before the bench or after it: above 0.05, others take part in its figures. */
  readonly busyBeside: number;
  /** What the CPU of a run was read from. */
  readonly cpuSource: string;
}

/** Everything that one run of the bench found out: what `--json` writes. */
export interface Figures {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly runs: number;
  readonly lines: readonly LineFigures[];
  /** Lines that could not be measured, by name, and why. */
  readonly failed: Readonly<Record<string, string>>;
}

/** What a check is of: the value and its unit, and the ways that it compares. */
export type Checked = Pick<Check, "what" | "value" | "unit" | "way" | "beside">;

/** A value that must not be above its bound. */
export function atMost(bound: number, checked: Checked): Check {
  return { ...checked, bound, isLeast: false, met: checked.value <= bound };
}

/** A value that must not be below its bound. */
export function atLeast(bound: number, checked: Checked): Check {
  return { ...checked, bound, isLeast: true, met: checked.value >= bound };
}
