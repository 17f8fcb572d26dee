import type { LineFigures } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";

/** One line of the bench: what is measured together, under one name. */
export interface Line {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** Measures it; everything that it starts has ended when it settles. */
  measure(bench: Bench): Promise<Pick<LineFigures, "ways" | "checks" | "notes">>;
}

/** Where the daemon takes jobs in its native shape, which alone says how a run was started. */
export const NATIVE_PATH = "/api/crankcase/v1/jobs";

/** The routes of Piston, for those that have no others. */
export const PISTON_PATH = "/api/v2/execute";

/** Raw runs for each hundred of the way that a line is about: their median is known sooner. */
const RAW_SHARE = 0.25;

/** How many raw runs stand beside so many of the other way. */
export function rawRuns(runs: number): number {
  return Math.max(1, Math.round(runs * RAW_SHARE));
}
