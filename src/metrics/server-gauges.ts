import { Counter, Gauge, type Registry } from "prom-client";

/** What is read of the cache of compiles. */
interface CompileGaugeCounts {
  readonly entries: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
}

/** What the gauges read when somebody asks. */
export interface GaugeSources {
  readonly slots: {
    readonly total: number;
    readonly queueBound: number;
    readonly running: number;
    readonly waiting: number;
  };
  readonly jails: { readonly open: number };
  readonly waiting: { readonly ready: number; ahead(): ReadonlyMap<string, number> };
  readonly catalogue: { readonly runtimes: readonly unknown[] };
  /** The cache of compiles; null where there is none. */
  readonly compiles: { readonly counts: CompileGaugeCounts } | null;
  /** Crankcase's own version. */
  readonly version: string;
  /** Id of the installed release; null where a plain checkout runs. */
  readonly release: string | null;
}

/** Adds the gauges of what a server holds now to a registry; each is read when it is asked for, and costs nothing else. */
export function serverGauges(registry: Registry, sources: GaugeSources): void {
  const { slots, jails, waiting, catalogue, compiles, version, release } = sources;
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `crankcase_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge("slots", "Jobs that may hold a slot at one time.", () => slots.total);
  gauge("slots_in_use", "Jobs, changes of packages and probes that hold a slot now.", () => slots.running);
  gauge("jobs_waiting", "Jobs that wait for a slot now.", () => slots.waiting);
  gauge("queue_bound", "Jobs that may wait; the next one is answered 503.", () => slots.queueBound);
  gauge("jails_open", "Jails of jobs that are open now.", () => jails.open);
  gauge("jails_ready", "Empty jails that wait for a job now.", () => waiting.ready);
  new Gauge({
    name: "crankcase_interpreters_ahead",
    help: "Jails that wait for a job with its program started, by language.",
    labelNames: ["language"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [language, count] of waiting.ahead()) this.set({ language }, count);
    },
  });
  gauge("runtimes", "Runtimes that can be asked for.", () => catalogue.runtimes.length);
  if (compiles !== null) compileGauges(registry, compiles);
  new Gauge({
    name: "crankcase_build_info",
    help: "1, by Crankcase's own version and the installed release.",
    labelNames: ["version", "release"],
    registers: [registry],
  }).set({ version, release: release ?? "none" }, 1);
}

function compileGauges(registry: Registry, cache: { readonly counts: CompileGaugeCounts }): void {
  const about = (name: string, help: string) => ({ name: `crankcase_${name}`, help, registers: [registry] });
  new Counter({
    ...about("compiles_total", "Compile stages, by whether an equal one before it was used: hit or miss."),
    labelNames: ["cache"],
    collect() {
      const { hits, misses } = cache.counts;
      this.reset();
      this.inc({ cache: "hit" }, hits);
      this.inc({ cache: "miss" }, misses);
    },
  });
  new Gauge({
    ...about("compile_cache_entries", "Compiled programs that are kept on disk."),
    collect() {
      this.set(cache.counts.entries);
    },
  });
  new Gauge({
    ...about("compile_cache_bytes", "Size of all of them."),
    collect() {
      this.set(cache.counts.bytes);
    },
  });
}
