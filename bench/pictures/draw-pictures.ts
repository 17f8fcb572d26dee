import type { Figures, LineFigures, WayFigure } from "../figures.ts";
import { type BarGroup, barPicture } from "./bar-picture.ts";
import { curvePicture } from "./curve-picture.ts";
import type { Series } from "./svg.ts";

/** The pictures of docs/performance.md by file name: of every line that they are drawn from and that was measured. */
export function drawPictures({ lines }: Figures): ReadonlyMap<string, string> {
  const pictures = new Map<string, string>();
  for (const [line, file, draw] of PICTURES) {
    const found = lines.find(({ name }) => name === line);
    if (found !== undefined) pictures.set(file, draw(found));
  }
  return pictures;
}

const PICTURES: readonly [line: string, file: string, draw: (line: LineFigures) => string][] = [
  ["languages", "languages.svg", drawLanguages],
  ["concurrency", "throughput.svg", drawThroughput],
  ["true-in-jail", "jail-cost.svg", drawJailCost],
];

const SERIES: readonly Series[] = [0, 1, 2];

function drawLanguages({ ways }: LineFigures): string {
  const names = ["raw", "cold", "ahead"];
  const groups = groupsOf(ways).map((group) => ({
    name: group,
    bars: barsOf(
      names.map((way) => valueIn(ways, way, group, ({ p50Ms }) => p50Ms)),
      "ms",
    ),
  }));
  const legend = ["raw, outside of any jail", "over HTTP, cold", "over HTTP, started ahead"];
  const description = wordGroups(groups, legend);
  return barPicture({ title: "Hello, by language: median latency", description, legend }, groups);
}

function drawThroughput({ ways }: LineFigures): string {
  const names = ["raw", "HTTP", "raw behind sh and timeout"];
  const places = groupsOf(ways);
  const curves = names.map((way, index) => ({
    series: SERIES[index] ?? 0,
    values: places.map((group) => valueIn(ways, way, group, ({ perSecond }) => perSecond)),
  }));
  const legend = ["raw", "over HTTP", "raw behind the same sh and timeout"];
  const description = curves
    .map(({ values }, index) => `${legend[index]}: ${values.map((value) => value.toFixed(0)).join(", ")}`)
    .join("; ");
  const frame = { title: "Python hellos a second, by how many at once", description, legend };
  return curvePicture(frame, { below: "at once", places, left: "a second" }, curves);
}

function drawJailCost({ ways }: LineFigures): string {
  const groups = ways.map(({ way, p50Ms, cpuMs }) => ({
    name: way,
    bars: barsOf(cpuMs === null ? [p50Ms] : [p50Ms, cpuMs], "ms"),
  }));
  const legend = ["median latency", "CPU of the whole machine, to the last of it gone"];
  const frame = { title: "/bin/true: what a sandbox costs", description: wordGroups(groups, legend), legend };
  return barPicture(frame, groups);
}

function groupsOf(ways: readonly WayFigure[]): string[] {
  return [...new Set(ways.flatMap(({ group }) => (group === undefined ? [] : [group])))];
}

function valueIn(
  ways: readonly WayFigure[],
  name: string,
  group: string,
  of: (figure: WayFigure) => number,
): number {
  const found = ways.find((figure) => figure.way === name && figure.group === group);
  return found === undefined ? 0 : of(found);
}

function barsOf(values: readonly number[], unit: string): BarGroup["bars"] {
  return values.map((value, index) => ({
    series: SERIES[index] ?? 0,
    value,
    label: `${value.toFixed(1)} ${unit}`,
  }));
}

function wordGroups(groups: readonly BarGroup[], legend: readonly string[]): string {
  const word = ({ name, bars }: BarGroup) =>
    `${name}: ${bars.map(({ label }, index) => `${legend[index]} ${label}`).join(", ")}`;
  return groups.map(word).join("; ");
}
