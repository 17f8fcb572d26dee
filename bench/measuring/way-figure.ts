import type { WayFigure } from "../figures.ts";
import { percentile } from "../statistics.ts";
import { runsOf } from "./measure-ways.ts";
import type { Measured } from "./way.ts";

const MS_PER_SECOND = 1000;

/** Percentiles, rate and shares of what was measured of one way. */
export function wayFigure({ way, blocks, cpuMs }: Measured): WayFigure {
  const samples = blocks.flatMap(({ samplesMs }) => samplesMs);
  const runs = runsOf(blocks);
  const sum = (of: (block: (typeof blocks)[number]) => number) =>
    blocks.reduce((total, block) => total + of(block), 0);
  return {
    ...(way.group === undefined ? {} : { group: way.group }),
    way: way.name,
    runs,
    p50Ms: percentile(samples, 0.5),
    p95Ms: percentile(samples, 0.95),
    p99Ms: percentile(samples, 0.99),
    cpuMs,
    perSecond: (runs / sum(({ wallMs }) => wallMs)) * MS_PER_SECOND,
    aheadShare: sum(({ ahead }) => ahead) / runs,
    keptShare: sum(({ kept }) => kept) / runs,
  };
}

/** The figure of this name, which a line has measured. Throws when it has not. */
export function figureOf(figures: readonly WayFigure[], name: string, group?: string): WayFigure {
  const found = figures.find((figure) => figure.way === name && figure.group === group);
  if (found === undefined) throw new Error(`nothing was measured of ${group ?? ""} ${name}`);
  return found;
}
