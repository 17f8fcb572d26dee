// soak [--jobs N | --minutes M]: honest and hostile jobs for as long as it is told, and whether anything grows; --help.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Presets, SingleBar } from "cli-progress";
import { dir } from "tmp-promise";
import type { Attack } from "../src/attacks/attack-definition.ts";
import { setHostTraps } from "../src/attacks/host-traps.ts";
import { loadAttacks } from "../src/attacks/load-attacks.ts";
import { readIncludes } from "../src/attacks/read-includes.ts";
import type { SendJob } from "../src/attacks/victim.ts";
import { sendTo } from "../test/support/send-to.ts";
import { type CrankcaseInstance, startCrankcase } from "./crankcase-instance.ts";
import { findLeftovers } from "./soak/find-leftovers.ts";
import { openCollector } from "./soak/force-collection.ts";
import { mixedJob, repeatable, type SoakJob } from "./soak/mixed-jobs.ts";
import { HELP, readOptions, type SoakOptions } from "./soak/options.ts";
import { runWindow, type Window } from "./soak/run-window.ts";
import { type Sample, serverProcesses, takeSample } from "./soak/take-sample.ts";
import { type Criterion, verdictOf } from "./soak/verdict.ts";
import { formatTable } from "./table.ts";

const PROJECT = join(import.meta.dirname, "..");

/**
 * Of a first window that is not counted: pools and caches fill, and code is compiled. What is remembered of programs that may
 * be started ahead, 256 of them (src/jail/ahead-lines.ts), takes longest: every fifteenth job is a new one.
 */
const WARM_UP_JOBS = 3_000;

/** Attacks that take longer are left out, in milliseconds: most of a soak would be waiting for them. */
const LONGEST_ATTACK_MS = 1_000;

const MOST_TOLD = 20;

/**
 * So many jobs at one time make each other slow, and attacks are to end by what they do. Few slots are all used soon, and a
 * small cache of compiles is full soon: what a server keeps on purpose is there by half-time.
 */
const SETTINGS = {
  slots: 12,
  ready_jails: 4,
  compile_cache_bytes: 2 ** 20,
  limits: {
    run: { default: { wall_time_ms: 20_000, cpu_time_ms: 20_000 }, maximum: { wall_time_ms: 20_000 } },
  },
};

/** What was seen of a soak. */
interface Soaked {
  readonly windows: readonly Window[];
  readonly samples: readonly Sample[];
  /** What of the host was reached, each as a sentence. */
  readonly reached: readonly string[];
}

async function main(options: SoakOptions): Promise<boolean> {
  await using acquired = new AsyncDisposableStack();
  const folder = await dir({ prefix: "crankcase-soak", unsafeCleanup: true, mode: 0o755 });
  acquired.defer(() => folder.cleanup());
  const instance = await startCrankcase({
    folder: folder.path,
    dataDir: options.dataDir,
    settings: SETTINGS,
  });
  const { windows, samples, reached } = await soak(instance, options).finally(() =>
    instance[Symbol.asyncDispose](),
  );
  const leftovers = [...reached, ...(await findLeftovers(instance))];
  const criteria = verdictOf(windows, samples, leftovers);
  if (options.jsonFile !== undefined) {
    const text = JSON.stringify({ criteria, leftovers, windows, samples }, null, 2);
    await writeFile(options.jsonFile, `${text}\n`);
  }
  const faults = windows.flatMap((window) => window.faults);
  for (const fault of [...faults, ...leftovers].slice(0, MOST_TOLD)) console.log(fault.slice(0, 500));
  console.log(tableOf(criteria));
  return criteria.every(({ holds }) => holds);
}

async function soak(instance: CrankcaseInstance, options: SoakOptions): Promise<Soaked> {
  await using traps = await setHostTraps(String(instance.port));
  const includes = await readIncludes(PROJECT);
  const send = sendTo(`http://127.0.0.1:${instance.port}`);
  const attacks = await chooseAttacks(send, instance.port, (attack) =>
    mixedJob(0, [attack], traps.facts, includes),
  );
  console.log(`${attacks.length} attacks among honest jobs, ${options.atOnce} at one time`);
  let number = 0;
  const take = () => mixedJob(number++, attacks, traps.facts, includes);
  await runWindow({ send, atOnce: options.atOnce, next: upTo(WARM_UP_JOBS, take) });
  const processes = await serverProcesses(instance);
  using collector = await openCollector(processes.daemon);
  const [windows, samples]: [Window[], Sample[]] = [[], []];
  const sample = async () => {
    const heapMb = await collector.collect();
    samples.push(await takeSample(instance, processes, { jobs: number - WARM_UP_JOBS, heapMb }));
  };
  await sample();
  const bar = new SingleBar({ hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  bar.start(options.windows, 0);
  for (let window = 0; window < options.windows; window += 1) {
    windows.push(await runWindow({ send, atOnce: options.atOnce, next: nextOf(options, take) }));
    await sample();
    bar.update(window + 1);
  }
  bar.stop();
  return { windows, samples, reached: await traps.reached() };
}

/** Of all attacks those that can be repeated and are over soon. */
async function chooseAttacks(
  send: SendJob,
  port: number,
  jobOf: (attack: Attack) => SoakJob,
): Promise<readonly Attack[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/crankcase/v1/runtimes`);
  const runtimes = (await answer.json()) as { readonly language: string }[];
  const all = repeatable(await loadAttacks(PROJECT), new Set(runtimes.map(({ language }) => language)));
  const quick: Attack[] = [];
  for (const attack of all) {
    const started = performance.now();
    await send(jobOf(attack).request);
    if (performance.now() - started < LONGEST_ATTACK_MS) quick.push(attack);
  }
  return quick;
}

function nextOf({ jobs, minutes, windows }: SoakOptions, take: () => SoakJob): () => SoakJob | null {
  if (jobs !== null) return upTo(Math.ceil(jobs / windows), take);
  const until = performance.now() + ((minutes ?? 0) * 60_000) / windows;
  return () => (performance.now() < until ? take() : null);
}

function upTo(count: number, take: () => SoakJob): () => SoakJob | null {
  let left = count;
  return () => (left-- > 0 ? take() : null);
}

function tableOf(criteria: readonly Criterion[]): string {
  const rows = criteria.map(({ name, figure, bound, holds }) => [
    holds ? "ok" : "FAILED",
    name,
    figure,
    bound,
  ]);
  return formatTable(["", "what", "figure", "bound"], rows, 4);
}

const options = readOptions(process.argv.slice(2), process.env);
if (options === "help") console.log(HELP);
else if (!(await main(options))) process.exitCode = 1;
