import { type Frame, MARGIN, round, type Series, svgPicture, TOP, textAt, WIDTH } from "./svg.ts";

const BAR = 14;
const BETWEEN_BARS = 3;
const BETWEEN_GROUPS = 16;
/** Room for the names of the groups, and for the longest number behind a bar. */
const NAMES = 150;
const NUMBERS = 130;

/** One bar: how long, what stands behind it, and which look it has. */
export interface Bar {
  readonly series: Series;
  readonly value: number;
  readonly label: string;
}

/** Bars that are compared with each other, under one name. */
export interface BarGroup {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/** Lying bars in groups, all to one scale that begins at 0. */
export function barPicture(frame: Omit<Frame, "height">, groups: readonly BarGroup[]): string {
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)), Number.MIN_VALUE);
  const left = MARGIN + NAMES;
  const scale = (WIDTH - left - NUMBERS - MARGIN) / longest;
  const content: string[] = [];
  let y = TOP;
  for (const { name, bars } of groups) {
    const middle = y + (bars.length * (BAR + BETWEEN_BARS) - BETWEEN_BARS) / 2;
    content.push(textAt(left - 12, middle + 4.5, name, "", "end"));
    for (const bar of bars) {
      content.push(...drawBar(bar, left, y, scale));
      y += BAR + BETWEEN_BARS;
    }
    y += BETWEEN_GROUPS;
  }
  return svgPicture({ ...frame, height: y + MARGIN - BETWEEN_GROUPS }, content);
}

function drawBar({ series, value, label }: Bar, x: number, y: number, scale: number): string[] {
  const width = Math.max(1, value * scale);
  return [
    `<rect class="fill-${series}" x="${x}" y="${y}" width="${round(width)}" height="${BAR}" rx="2"/>`,
    textAt(x + width + 8, y + BAR - 2.5, label, "muted"),
  ];
}
