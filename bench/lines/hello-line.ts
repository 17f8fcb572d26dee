import { atLeast, atMost, type Check, type WayFigure } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import { measureWays } from "../measuring/measure-ways.ts";
import { figureOf, wayFigure } from "../measuring/way-figure.ts";
import type { Program } from "../program.ts";
import { httpWay } from "../ways/http-way.ts";
import { rawWay } from "../ways/raw-way.ts";
import { startServer } from "./bench-server.ts";
import { type Line, PISTON_PATH, rawRuns } from "./line.ts";

/** Below that share of runs as they were meant to be, a line would be about something else. */
const LEAST_SHARE = 0.9;

/** A client that thinks between its requests; and how many of a line's runs are its. */
const PAUSE_MS = 100;
const PAUSED_SHARE = 0.1;

const RAW = "raw";
const HTTP = "HTTP";
const PAUSED = `HTTP, ${PAUSE_MS} ms between`;

/** One program over HTTP, against the same one raw. */
export interface HelloLine {
  readonly name: string;
  readonly title: string;
  readonly program: Program;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Most of raw's time that it may take. */
  readonly mostRatio?: number;
  /** Most milliseconds above raw. */
  readonly mostAboveRawMs?: number;
  readonly isAhead: boolean;
  readonly isKept: boolean;
  readonly notes: readonly string[];
}

/** A line of one client whose requests follow one another. */
export function helloLine(hello: HelloLine): Line {
  const { name, title } = hello;
  return { name, title, measure: (bench) => measureHello(bench, hello) };
}

async function measureHello(bench: Bench, hello: HelloLine) {
  const { program, settings, isAhead, notes } = hello;
  const { runs, peers } = bench;
  await using acquired = new AsyncDisposableStack();
  const { native: server } = await startServer(bench, acquired, settings);
  const ways = [
    await rawWay(bench, acquired, { name: RAW, program, runs: rawRuns(runs) }),
    await httpWay(bench, acquired, { name: HTTP, program, server, runs }),
  ];
  const paused = Math.max(1, Math.round(runs * PAUSED_SHARE));
  if (isAhead) {
    ways.push(
      await httpWay(bench, acquired, { name: PAUSED, program, server, runs: paused, pauseMs: PAUSE_MS }),
    );
  }
  if (peers.pistonUrl !== null && !program.isCompiled) {
    const piston = { url: peers.pistonUrl, path: PISTON_PATH };
    ways.push(await httpWay(bench, acquired, { name: "Piston", program, server: piston, runs: paused }));
  }
  const figures = (await measureWays(bench, ways)).map(wayFigure);
  return { ways: figures, checks: checksOf(hello, figures), notes };
}

function checksOf(hello: HelloLine, figures: readonly WayFigure[]): Check[] {
  const { mostRatio, mostAboveRawMs, isAhead, isKept } = hello;
  const [raw, http] = [figureOf(figures, RAW), figureOf(figures, HTTP)];
  const checks: Check[] = [];
  const way = HTTP;
  const ratio = {
    what: isAhead ? "p50, back to back" : "p50",
    value: http.p50Ms / raw.p50Ms,
    unit: "x raw",
    way,
    beside: RAW,
  };
  const aboveRaw = { what: "p50 above raw", value: http.p50Ms - raw.p50Ms, unit: "ms", way, beside: RAW };
  const ahead = { what: "runs started ahead", value: http.aheadShare, unit: "of all", way };
  const kept = { what: "compiles kept", value: http.keptShare, unit: "of all", way };
  if (mostRatio !== undefined) checks.push(atMost(mostRatio, ratio));
  if (isAhead && mostRatio !== undefined) {
    const rested = figureOf(figures, PAUSED);
    const value = rested.p50Ms / raw.p50Ms;
    checks.push(atMost(mostRatio, { ...ratio, what: `p50, ${PAUSE_MS} ms between`, value, way: PAUSED }));
  }
  if (mostAboveRawMs !== undefined) checks.push(atMost(mostAboveRawMs, aboveRaw));
  if (isAhead) checks.push(atLeast(LEAST_SHARE, ahead));
  if (isKept) checks.push(atLeast(LEAST_SHARE, kept));
  return checks;
}
