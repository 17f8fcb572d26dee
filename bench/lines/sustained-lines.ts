import { atLeast, atMost, type Check, type WayFigure } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import { measureWays } from "../measuring/measure-ways.ts";
import { figureOf, wayFigure } from "../measuring/way-figure.ts";
import { bash, type Program, python } from "../program.ts";
import { rawWay } from "../ways/raw-way.ts";
import { sustainedWay } from "../ways/sustained-way.ts";
import { startServer } from "./bench-server.ts";
import { type Line, rawRuns } from "./line.ts";

const CLIENTS = 8;
/** Blocks are long, so that what a rate begins and ends with counts for little. */
const TURNS = 4;

const HTTP = `HTTP, ${CLIENTS} clients`;
const RAW = "raw, two at a time";
const BEHIND = "raw behind sh and timeout, two at a time";

interface Sustained {
  readonly name: string;
  readonly title: string;
  readonly program: Program;
  readonly leastOfRaw: number;
  readonly leastOfBehind: number;
  /** Most that p99 may be of p50; absent: no line of the table asks for it. */
  readonly mostTail?: number;
}

/** How many jobs a second go through, with more clients than cores. */
export const sustainedLines: readonly Line[] = [
  sustainedLine({
    name: "python-8-clients",
    title: "sustained Python hello, 8 concurrent clients",
    program: python,
    leastOfRaw: 0.75,
    leastOfBehind: 0.88,
    mostTail: 3,
  }),
  sustainedLine({
    name: "bash-8-clients",
    title: "sustained Bash hello, 8 concurrent clients",
    program: bash,
    leastOfRaw: 0.3,
    leastOfBehind: 0.6,
  }),
];

function sustainedLine(sustained: Sustained): Line {
  const { name, title } = sustained;
  return { name, title, measure: (bench) => measureSustained(bench, sustained) };
}

async function measureSustained(bench: Bench, sustained: Sustained) {
  const { program } = sustained;
  const { runs } = bench;
  await using acquired = new AsyncDisposableStack();
  const { native: server } = await startServer(bench, acquired);
  const raw = { program, runs: rawRuns(runs), atOnce: 2 };
  const ways = [
    await sustainedWay(bench, acquired, { name: HTTP, program, server, clients: CLIENTS, runs }),
    await rawWay(bench, acquired, { ...raw, name: RAW }),
    await rawWay(bench, acquired, { ...raw, name: BEHIND, isBehindExecutioner: true }),
  ];
  const figures = (await measureWays(bench, ways, TURNS)).map(wayFigure);
  const notes = [
    "A rate is taken while all clients have a request on its way, after some that do not count; so it lives on no pool that was full before. Two raw runs at a time are two launchers side by side.",
  ];
  return { ways: figures, checks: checksOf(sustained, figures), notes };
}

function checksOf(
  { leastOfRaw, leastOfBehind, mostTail }: Sustained,
  figures: readonly WayFigure[],
): Check[] {
  const http = figureOf(figures, HTTP);
  const rateBeside = (name: string) => http.perSecond / figureOf(figures, name).perSecond;
  const rate = { what: "rate", way: HTTP };
  const rates = [
    atLeast(leastOfRaw, { ...rate, value: rateBeside(RAW), unit: "x two raw", beside: RAW }),
    atLeast(leastOfBehind, {
      ...rate,
      value: rateBeside(BEHIND),
      unit: "x two raw behind sh + timeout",
      beside: BEHIND,
    }),
  ];
  const tail = { what: "p99 / p50", value: http.p99Ms / http.p50Ms, unit: "", way: HTTP };
  return mostTail === undefined ? rates : [...rates, atMost(mostTail, tail)];
}
