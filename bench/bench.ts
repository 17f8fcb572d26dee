// bench [--runs N] [--json FILE]: what a run costs raw, in a jail, through HTTP and in bubblewrap; bench/README.md.
import { chmod, writeFile } from "node:fs/promises";
import { cpus, loadavg, release } from "node:os";
import { dir } from "tmp-promise";
import type { BenchPlace } from "./bench-place.ts";
import { BUBBLEWRAP_LACKS, bubblewrapInstalled } from "./bubblewrap.ts";
import { startCrankcase } from "./crankcase-instance.ts";
import { type Figures, timeFigures } from "./figures.ts";
import { httpClient } from "./http-run.ts";
import { interleave } from "./interleave.ts";
import { jailerVariants } from "./jailer-variants.ts";
import { measureThroughput } from "./measure-throughput.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { type PreparedProgram, prepareProgram } from "./prepared-program.ts";
import { printFigures } from "./print-figures.ts";
import { programs, throughputProgram } from "./program.ts";
import { compileLauncher } from "./raw-launcher.ts";
import { bubblewrapVariant, makeSkeleton, rawVariant } from "./raw-variants.ts";
import type { Variant } from "./variant.ts";

async function main(options: BenchOptions, stop: AbortSignal): Promise<void> {
  await using acquired = new AsyncDisposableStack();
  const before = machine();
  const place = await makePlace(options, acquired);
  const prepared = await Promise.all(
    programs.map((program, index) => prepareProgram(program, `${index}`, place)),
  );
  const variants = prepared.flatMap((program) => variantsOf(program, place));
  const times = timeFigures(await interleave(variants, options.rounds, stop));
  const [subject] = prepared.filter(({ program }) => program === throughputProgram);
  const throughput = subject === undefined ? [] : await measureThroughput(subject, place, stop);
  const figures: Figures = { measuredAt: new Date().toISOString(), machine: before, times, throughput };
  console.log(printFigures(figures, notes(place)));
  if (options.jsonFile !== undefined)
    await writeFile(options.jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
}

async function makePlace({ dataDir }: BenchOptions, acquired: AsyncDisposableStack): Promise<BenchPlace> {
  const folder = await acquireFolder(acquired);
  await makeSkeleton(folder);
  const crankcase = acquired.use(await startCrankcase({ folder, dataDir }));
  const http = acquired.use(httpClient(crankcase.port));
  const launcherBinary = await compileLauncher(folder);
  const { socketPath } = crankcase;
  const bubblewrap = await bubblewrapInstalled();
  return { folder, dataDir, launcherBinary, bubblewrap, socketPath, http, acquired };
}

/** On a tmpfs, as the run folder of an installation is. */
async function acquireFolder(acquired: AsyncDisposableStack): Promise<string> {
  const { path, cleanup } = await dir({ tmpdir: "/dev/shm", prefix: "crankcase-bench", unsafeCleanup: true });
  acquired.defer(cleanup);
  // The daemon's user must reach its own folder below this one.
  await chmod(path, 0o711);
  return path;
}

function variantsOf(prepared: PreparedProgram, place: BenchPlace): Variant[] {
  const variants = [rawVariant(prepared, place), ...jailerVariants(prepared, place)];
  const { program } = prepared;
  if (program.language !== undefined) {
    variants.push({
      program: program.title,
      way: "HTTP",
      baseline: false,
      run: () => place.http.run(program),
    });
  }
  return place.bubblewrap ? [...variants, bubblewrapVariant(prepared, place)] : variants;
}

function machine(): Figures["machine"] {
  const all = cpus();
  const [load = 0] = loadavg();
  return { cores: all.length, cpu: all[0]?.model ?? "unknown", kernel: release(), load };
}

function notes({ bubblewrap }: BenchPlace): string[] {
  const lacks = bubblewrap
    ? `bubblewrap lacks, of a jail: ${BUBBLEWRAP_LACKS}.`
    : "bubblewrap is skipped: /usr/bin/bwrap is not installed (Debian package `bubblewrap`).";
  return [
    "Raw and bubblewrap are timed by one C program; jailer and HTTP by this one, in Node, beside what it measures.",
    "HTTP asks for one language's run, its source new each time: sh, timeout and the interpreter start.",
    lacks,
  ];
}

/** So that an interrupted bench takes its Crankcase and its folder away as well. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"])
    process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
  return stop.signal;
}

await main(readOptions(process.argv.slice(2), process.env), stopSignal());
