import { mkdir, readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { execa } from "execa";
import { atMost } from "../figures.ts";
import { readInstalledPackage } from "../installed-package.ts";
import type { Bench } from "../measuring/bench.ts";
import { measureWays } from "../measuring/measure-ways.ts";
import { figureOf, wayFigure } from "../measuring/way-figure.ts";
import { cppFirst } from "../program.ts";
import { httpWay } from "../ways/http-way.ts";
import { rawWay } from "../ways/raw-way.ts";
import { startServer } from "./bench-server.ts";
import type { Line } from "./line.ts";

/** A compile takes about a hundred times what a hello does. */
const RUNS_SHARE = 0.01;

/** A machine that others keep busy may take longer than the ten seconds that a compile has; its time is a figure all the same. */
const LIMITS = { wall_time_ms: 60_000, cpu_time_ms: 60_000 };
const PATIENT = { limits: { compile: { default: LIMITS, maximum: LIMITS } } };

const NOT_PRECOMPILED =
  "The installed package is from before its header was precompiled: install it again, or both sides compile alike.";

const PLAIN = "plain g++";
const HTTP = "HTTP, compile and run";

/** The first compile of a source with the whole standard header, against the compiler alone. */
export const cppFirstCompile: Line = {
  name: "c++-first-compile",
  title: "C++ hello with <bits/stdc++.h>, first compile",
  measure,
};

async function measure(bench: Bench) {
  const runs = Math.max(2, Math.round(bench.runs * RUNS_SHARE));
  await using acquired = new AsyncDisposableStack();
  const { native: server } = await startServer(bench, acquired, PATIENT);
  const { mask, hidden } = await maskPrecompiled(bench);
  const plain = { name: PLAIN, program: cppFirst, outputBytes: 0, runs, mask };
  const ways = [
    await rawWay(bench, acquired, plain),
    await httpWay(bench, acquired, { name: HTTP, program: cppFirst, server, runs }),
  ];
  const figures = (await measureWays(bench, ways, runs)).map(wayFigure);
  const [raw, http] = [figureOf(figures, PLAIN), figureOf(figures, HTTP)];
  const notes = [
    "Every source is new, so that nothing is kept of an earlier compile. Plain is `g++` with the executioner's flags on the same layers, whose precompiled headers are hidden from it; compiling alone. HTTP compiles, links and runs.",
    hidden > 0 ? `The package has ${hidden} precompiled headers.` : NOT_PRECOMPILED,
  ];
  const ratio = { what: "p50", value: http.p50Ms / raw.p50Ms, unit: "x plain g++", way: HTTP, beside: PLAIN };
  return { ways: figures, checks: [atMost(0.5, ratio)], notes };
}

/** A layer that hides the package's precompiled headers: a whiteout for each (Documentation/filesystems/overlayfs.rst). */
async function maskPrecompiled({ dataDir, folder }: Bench): Promise<{ mask: string; hidden: number }> {
  const mask = join(folder, "no-precompiled");
  await mkdir(mask);
  let count = 0;
  const { layers } = await readInstalledPackage(dataDir, cppFirst.packageName);
  for (const name of layers) {
    const layer = join(dataDir, "packages", name, "layer");
    const entries = await readdir(layer, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((found) => found.name.endsWith(".gch"))) {
      const hidden = join(mask, relative(layer, join(entry.parentPath, entry.name)));
      await mkdir(dirname(hidden), { recursive: true });
      await execa("mknod", [hidden, "c", "0", "0"]);
      count += 1;
    }
  }
  return { mask, hidden: count };
}
