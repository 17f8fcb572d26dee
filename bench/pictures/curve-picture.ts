import { type Frame, MARGIN, round, type Series, svgPicture, TOP, textAt, WIDTH } from "./svg.ts";

const PLOT_HEIGHT = 260;
/** Room for the numbers at the left, and for the names below. */
const LEFT = MARGIN + 48;
const BELOW = 62;
const RIGHT = MARGIN + 30;
const GRID_LINES = 4;
const LETTER_HEIGHT = 14;

/** One curve: a value for each place of the axis. */
export interface Curve {
  readonly series: Series;
  readonly values: readonly number[];
}

/** Names of the axes, and of the places of the lower one. */
export interface Axes {
  readonly below: string;
  readonly places: readonly string[];
  readonly left: string;
}

/** Curves over places that stand as far apart as each other, to one scale that begins at 0. */
export function curvePicture(
  frame: Omit<Frame, "height">,
  { below, places, left }: Axes,
  curves: readonly Curve[],
): string {
  const top = roundUp(Math.max(...curves.flatMap(({ values }) => values), Number.MIN_VALUE));
  const bottom = TOP + 14 + PLOT_HEIGHT;
  const x = (place: number) =>
    LEFT + 20 + (place * (WIDTH - LEFT - 20 - RIGHT)) / Math.max(1, places.length - 1);
  const y = (value: number) => bottom - (value / top) * PLOT_HEIGHT;
  const content = [textAt(MARGIN, TOP, left, "muted"), ...grid(top, y)];
  for (const [place, name] of places.entries())
    content.push(textAt(x(place), bottom + 22, name, "muted", "middle"));
  content.push(textAt((LEFT + WIDTH - RIGHT) / 2, bottom + 44, below, "muted", "middle"));
  for (const curve of curves) content.push(...drawCurve(curve, x, y));
  content.push(...lastValues(curves, x(places.length - 1) + 9, y));
  return svgPicture({ ...frame, height: bottom + BELOW }, content);
}

function grid(top: number, y: (value: number) => number): string[] {
  const parts: string[] = [];
  for (let line = 0; line <= GRID_LINES; line += 1) {
    const value = (top * line) / GRID_LINES;
    const at = round(y(value));
    parts.push(`<line class="grid" x1="${LEFT}" y1="${at}" x2="${WIDTH - RIGHT}" y2="${at}"/>`);
    parts.push(textAt(LEFT - 8, at + 4.5, String(value), "muted", "end"));
  }
  return parts;
}

function drawCurve(
  { series, values }: Curve,
  x: (place: number) => number,
  y: (value: number) => number,
): string[] {
  const points = values.map((value, place) => `${round(x(place))},${round(y(value))}`);
  const dots = values.map(
    (value, place) =>
      `<circle class="fill-${series}" cx="${round(x(place))}" cy="${round(y(value))}" r="4"/>`,
  );
  return [`<polyline class="curve stroke-${series}" points="${points.join(" ")}"/>`, ...dots];
}

/** The numbers at which the curves end, the highest first, none on top of another. */
function lastValues(curves: readonly Curve[], x: number, y: (value: number) => number): string[] {
  const values = curves.map((curve) => curve.values.at(-1) ?? 0).toSorted((one, other) => other - one);
  let free = Number.NEGATIVE_INFINITY;
  return values.map((value) => {
    const at = Math.max(y(value) + 4.5, free);
    free = at + LETTER_HEIGHT;
    return textAt(x, at, value.toFixed(0), "muted");
  });
}

/** The next number of the kind 1, 2, 4 or 8 times a power of ten, whose quarters are short numbers. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}
