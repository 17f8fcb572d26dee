import { atMost, type WayFigure } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import { measureWays } from "../measuring/measure-ways.ts";
import { figureOf, wayFigure } from "../measuring/way-figure.ts";
import { c, NONCE, type Program } from "../program.ts";
import { casesWay } from "../ways/cases-way.ts";
import { httpWay } from "../ways/http-way.ts";
import { rawWay } from "../ways/raw-way.ts";
import { startServer } from "./bench-server.ts";
import type { Line } from "./line.ts";

/** Cases of one job, as many as a problem has. */
const CASES = 100;
const MOST_TURNS = 5;

/** Callers of the separate requests: as many as have slots. */
const CLIENTS = 16;

/** Raw runs at one time. */
const AT_ONCE = 2;

const RAW = `raw, ${AT_ONCE} at a time`;
const JOB = "one job";
const REQUESTS = "requests, one a case";

const COMPUTING = "computes some 20 ms";
const LONG = "computes some 100 ms";
const TRIVIAL = "does next to nothing";

/** It reads the nonce, so that its source stays the same; a case of a problem takes some ten to some hundred milliseconds. */
function computing(millionTurns: number): Program {
  return {
    language: "c++",
    packageName: "gcc",
    mainFile: "main.cpp",
    source: `#include <cstdio>
int main() {
  char line[64];
  if (!fgets(line, sizeof line, stdin)) return 1;
  volatile unsigned sum = 0;
  for (unsigned turn = 0; turn < ${millionTurns}000000; ++turn) sum = sum + turn;
  printf("hello %s\\n", line);
}
`,
    stdin: NONCE,
    argv: ["./a.out"],
    isCompiled: true,
  };
}

/** One source against a hundred inputs: as one job, as a hundred requests, and raw. */
export const testcases: Line = {
  name: "testcases",
  title: `${CASES} cases of one compiled program`,
  measure,
};

async function measure(bench: Bench) {
  const turns = Math.min(MOST_TURNS, Math.max(1, Math.round(bench.runs / CASES)));
  const runs = Math.min(CASES, bench.runs) * turns;
  await using acquired = new AsyncDisposableStack();
  const { native: server } = await startServer(bench, acquired);
  const waysOf = async (group: string, program: Program) => [
    await rawWay(bench, acquired, { group, name: RAW, program, runs, atOnce: AT_ONCE }),
    casesWay(bench, { group, name: JOB, program, runs, server }),
    await httpWay(bench, acquired, { group, name: REQUESTS, program, runs, server, clients: CLIENTS }),
  ];
  const ways = [
    ...(await waysOf(COMPUTING, computing(40))),
    ...(await waysOf(LONG, computing(240))),
    ...(await waysOf(TRIVIAL, c)),
  ];
  const figures = (await measureWays(bench, ways, turns)).map(wayFigure);
  const ratio = { what: "wall time", value: timesRaw(figures, COMPUTING, JOB), unit: "x raw" };
  return {
    ways: figures,
    checks: [atMost(1.5, { ...ratio, way: JOB, beside: RAW })],
    notes: notesOf(figures),
  };
}

function notesOf(figures: readonly WayFigure[]): string[] {
  const times = (group: string, way: string) => timesRaw(figures, group, way).toFixed(2);
  const told = (group: string) =>
    `Where the program ${group}, all cases take ${times(group, JOB)} times as long as raw as one job, and ${times(group, REQUESTS)} times as separate requests of ${CLIENTS} clients.`;
  return [
    `Wall time of ${CASES} cases. The job compares each output with what is expected; compiles are kept from a run before. A sample of the job is its case's run stage alone.`,
    told(COMPUTING),
    told(LONG),
    told(TRIVIAL),
  ];
}

/** How many times as long as the raw runs all runs took. */
function timesRaw(figures: readonly WayFigure[], group: string, way: string): number {
  return figureOf(figures, RAW, group).perSecond / figureOf(figures, way, group).perSecond;
}
