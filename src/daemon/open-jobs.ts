import { join } from "node:path";
import type { Logger } from "pino";
import { type ArtifactStore, openArtifactStore } from "../artifacts/artifact-store.ts";
import type { CompileCounts } from "../compiled/compile-cache.ts";
import type { Config } from "../config/config.ts";
import { openJail } from "../jail/open-jail.ts";
import { type ExecuteJob, jobExecutor } from "../jobs/execute-job.ts";
import type { LimitConfig } from "../jobs/language-limits.ts";
import { takeTurn } from "../jobs/take-turn.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { openPackages, type Packages } from "../packages/packages.ts";
import { artifactsDir, makeStateFolders } from "../packages/state-folders.ts";
import { type LiveCatalogue, openCatalogue } from "../runtimes/live-catalogue.ts";
import { packageUse } from "../runtimes/package-use.ts";
import { createSlots, type Slots } from "../slots/slots.ts";
import { awaitJailer } from "./await-jailer.ts";
import { openCompiles } from "./open-compiles.ts";
import { openMetrics } from "./open-metrics.ts";
import { openPools } from "./open-pools.ts";

/** What running jobs depends on besides the configuration. */
export interface JobsDeps {
  readonly log: Logger;
  /** Crankcase's own version. */
  readonly version: string;
  /** Id of the installed release; null where a plain checkout runs. */
  readonly release: string | null;
  /** Limits as they are now. */
  readonly limits: LimitConfig;
  /** Gives up waiting for the jailer. */
  readonly giveUp: AbortSignal;
  /** Aborts when all jobs are to end. */
  readonly kill: AbortSignal;
}

/** All of a daemon but its HTTP side: jobs run, packages change. Disposing removes what callers may still fetch. */
export interface OpenJobs extends AsyncDisposable {
  readonly catalogue: LiveCatalogue;
  readonly slots: Slots;
  readonly execute: ExecuteJob;
  readonly packages: Packages;
  readonly artifacts: ArtifactStore;
  /** How the cache of compiles is doing; null where there is none. */
  readonly compiles: { readonly counts: CompileCounts } | null;
  readonly metrics: Metrics;
  /** Path of the jailer's socket. */
  readonly socketPath: string;
  /** Closes the programs that were started ahead of their jobs: what they were started by may have changed. */
  dropStarted(): Promise<void>;
}

/** Opens all that runs jobs, on top of a jailer that is waited for. Throws `start_failed` or `invalid_definition`. */
export async function openJobs(config: Config, deps: JobsDeps): Promise<OpenJobs> {
  const { log, version, release, limits, giveUp, kill } = deps;
  const warn = (text: string) => log.warn(text);
  const socketPath = join(config.runDir, "jailer.sock");
  const catalogue = await besidesJailer(socketPath, giveUp, openCatalogue(config, warn));
  const { stateDir } = config;
  await makeStateFolders(stateDir);
  const store = await openArtifactStore({ ...config.artifacts, folder: artifactsDir(stateDir) });
  const pools = openPools(socketPath, config);
  const turns = { packageUse: packageUse(pools.dropStarted), slots: createSlots(config) };
  const { slots } = turns;
  const compiles = await openCompiles(config, { version, release, warn });
  const cache = compiles?.cache ?? null;
  const measuring = openMetrics({ slots, catalogue, version, release, compiles: cache, pools });
  const { openJail: openCounted, metrics } = measuring;
  const artifacts = { limits: config.artifacts, store };
  const run = jobExecutor({
    catalogue,
    limits,
    log,
    ...turns,
    artifacts,
    compiles,
    openJail: openCounted,
  });
  const execute = measuring.measured((call) =>
    run({ ...call, signal: AbortSignal.any([call.signal, kill]) }),
  );
  const packages = openPackages({
    ...config,
    catalogue,
    packageUse: turns.packageUse,
    acquireSlot: (used, signal) => takeTurn(used, turns, signal),
    openBuildJail: pools.openBuildJail,
    warn,
  });
  const dispose = async () => {
    await pools[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await cache?.[Symbol.asyncDispose]();
  };
  const parts = {
    catalogue,
    slots,
    execute,
    packages,
    artifacts: store,
    compiles: cache,
    metrics,
    socketPath,
  };
  return { ...parts, dropStarted: () => pools.dropStarted(), [Symbol.asyncDispose]: dispose };
}

/** The jailer makes its first jail while definitions are read here; where these are refused, nobody waits for it. */
async function besidesJailer<Value>(
  socketPath: string,
  giveUp: AbortSignal,
  reading: Promise<Value>,
): Promise<Value> {
  const refused = new AbortController();
  const stop = AbortSignal.any([giveUp, refused.signal]);
  const jailer = awaitJailer({ openJail: () => openJail({ socketPath }), socketPath, stop });
  reading.catch((cause) => refused.abort(cause));
  const [value] = await Promise.all([reading, jailer]);
  return value;
}
