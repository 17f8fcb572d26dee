import { access } from "node:fs/promises";
import { join } from "node:path";
import type { WayFigure } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import { measureWays } from "../measuring/measure-ways.ts";
import { wayFigure } from "../measuring/way-figure.ts";
import { everyProgram, type Program } from "../program.ts";
import { httpWay } from "../ways/http-way.ts";
import { rawWay } from "../ways/raw-way.ts";
import { type BenchServer, COLD, startServer } from "./bench-server.ts";
import { type Line, rawRuns } from "./line.ts";

/** There are many; a median needs few. */
const RUNS_SHARE = 0.06;
const TURNS = 4;

/** The picture of latency by language: raw, over HTTP cold, and with what the pools do. */
export const languages: Line = {
  name: "languages",
  title: "hello over HTTP by language: raw, cold, ahead",
  measure,
};

async function measure(bench: Bench) {
  await using acquired = new AsyncDisposableStack();
  const servers = {
    cold: await startServer(bench, acquired, COLD, 0),
    ahead: await startServer(bench, acquired, {}, 1),
  };
  const ways: WayFigure[] = [];
  const missing: string[] = [];
  for (const [index, program] of everyProgram.entries()) {
    if (await isInstalled(bench, program)) ways.push(...(await measureProgram(bench, program, servers)));
    else missing.push(program.packageName);
    bench.progress((index + 1) / everyProgram.length);
  }
  const notes = [
    "Compiled languages: compiled before, the nonce comes as input. One client, requests back to back.",
    ...(missing.length === 0 ? [] : [`Skipped, since not installed: ${missing.join(", ")}.`]),
  ];
  return { ways, checks: [], notes };
}

async function measureProgram(
  bench: Bench,
  program: Program,
  { cold, ahead }: { readonly cold: BenchServer; readonly ahead: BenchServer },
): Promise<WayFigure[]> {
  await using acquired = new AsyncDisposableStack();
  const runs = Math.max(2, Math.round(bench.runs * RUNS_SHARE));
  const common = { group: program.language, program, runs };
  const ways = [
    await rawWay(bench, acquired, { ...common, name: "raw", runs: rawRuns(runs) }),
    await httpWay(bench, acquired, { ...common, name: "cold", server: cold.native }),
    await httpWay(bench, acquired, { ...common, name: "ahead", server: ahead.native }),
  ];
  return (await measureWays({ ...bench, progress: () => undefined }, ways, TURNS)).map(wayFigure);
}

function isInstalled({ dataDir }: Bench, { packageName }: Program): Promise<boolean> {
  return access(join(dataDir, "packages", packageName)).then(
    () => true,
    () => false,
  );
}
