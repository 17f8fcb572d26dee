// bench [--runs N] [--only NAME]... [--json FILE] [--page]: what running programs costs, as ratios within one run; bench/README.md.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Presets, SingleBar } from "cli-progress";
import type { Figures } from "./figures.ts";
import { allLines } from "./lines/all-lines.ts";
import { chooseLines, measureLines } from "./lines/measure-lines.ts";
import { busyShare, describeMachine } from "./measuring/describe-machine.ts";
import { makeBench } from "./measuring/make-bench.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { writePage } from "./pictures/write-page.ts";
import { printFigures } from "./print-figures.ts";

async function main(options: BenchOptions, stop: AbortSignal): Promise<void> {
  const lines = chooseLines(allLines, options.only);
  await using acquired = new AsyncDisposableStack();
  const { dataDir, runs, jsonFile } = options;
  const bench = await makeBench({ dataDir, runs, stop, env: process.env }, acquired);
  const busyBefore = await busyShare(bench.cpu);
  const bar = acquired.adopt(progressBar(), (shown) => shown.stop());
  const found = await measureLines(bench, lines, (share, name) => bar.update(share, { name }));
  bar.stop();
  await bench.cpu.settle();
  const busyBeside = Math.max(busyBefore, await busyShare(bench.cpu));
  const machine = { ...describeMachine(bench.cpu), busyBeside };
  const figures: Figures = { measuredAt: new Date().toISOString(), machine, runs, ...found };
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
  if (options.writesPage) await writePage(join(import.meta.dirname, "../docs"), figures);
  console.log(printFigures(figures));
  // A bound that is missed is a figure; a line that could not be measured is a fault.
  if (Object.keys(figures.failed).length > 0) process.exitCode = 1;
}

/** On stderr, and only on a terminal. */
function progressBar(): SingleBar {
  const format = "{bar} {percentage} % | {name} | {duration_formatted}";
  const bar = new SingleBar({ format, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  bar.start(1, 0, { name: "" });
  return bar;
}

/** So that an interrupted bench takes its Crankcase and its folder away as well. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"])
    process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
  return stop.signal;
}

const stop = stopSignal();
try {
  await main(readOptions(process.argv.slice(2), process.env), stop);
} catch (error) {
  if (!stop.aborted) throw error;
  console.error(`bench: ${stop.reason.message}; nothing is left of it`);
  process.exitCode = 130;
}
