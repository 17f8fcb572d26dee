import { join } from "node:path";
import type { Logger } from "pino";
import { openArtifactStore } from "../artifacts/artifact-store.ts";
import type { Config, ResolvedConfig } from "../config/config.ts";
import { buildServer } from "../http/server.ts";
import { type OpenJailOptions, openBuildJail, openJail } from "../jail/open-jail.ts";
import { jobExecutor } from "../jobs/execute-job.ts";
import { takeTurn } from "../jobs/take-turn.ts";
import { openPackages } from "../packages/packages.ts";
import { artifactsDir, makeStateFolders } from "../packages/state-folders.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import { openCatalogue } from "../runtimes/live-catalogue.ts";
import { packageUse } from "../runtimes/package-use.ts";
import { createSlots } from "../slots/slots.ts";
import { clearSubmissions } from "../submissions/submission.ts";
import { awaitJailer } from "./await-jailer.ts";
import { closeServer, stopAccepting } from "./close-server.ts";
import { watchConnections } from "./connections.ts";
import { drain } from "./drain.ts";
import { liveConfig } from "./live-config.ts";
import { openCallers } from "./open-callers.ts";
import { openMetrics } from "./open-metrics.ts";
import { listenForOperator } from "./operator-socket.ts";
import { readinessOf } from "./readiness.ts";
import { reloader } from "./reload.ts";
import { serveAt } from "./serve-at.ts";

/** A daemon that serves; disposing stops it gracefully, and doing so twice is harmless. */
export interface Daemon extends AsyncDisposable {
  /** Where it listens, for example `http://127.0.0.1:2000`. */
  readonly url: string;
}

/** What the daemon needs besides its configuration. */
export interface DaemonDeps {
  readonly log: Logger;
  /** Crankcase's own version. */
  readonly version: string;
  /** Id of the installed release; null where a plain checkout runs. */
  readonly release: string | null;
  /** Notes on the configuration: logged, and told by the server's status. */
  readonly notes: readonly string[];
  /** Gives up a start that still waits for the jailer. */
  readonly stop: AbortSignal;
  /** A listening socket that was passed in; left out, the daemon binds its own. */
  readonly listenFd?: number | undefined;
  /** Reads the configuration as it is now, as at the start. */
  readonly loadConfig: () => Promise<ResolvedConfig>;
  /** Hears of each SIGHUP: configuration and definitions are read again. */
  readonly onHangUp: (listener: () => void) => void;
}

/**
 * Composes and starts the daemon: jailer, runtimes, slots, server. Throws `start_failed`, `invalid_definition`, or what
 * the jailer answers.
 */
export async function startDaemon(
  config: Config,
  { log, version, release, notes, stop: giveUp, listenFd, loadConfig, onHangUp }: DaemonDeps,
): Promise<Daemon> {
  const startedAt = new Date();
  const warnings = [...notes];
  const warn = (text: string) => log.warn(text);
  const live = liveConfig(config);
  const callers = await openCallers(config, live.rates, warn);
  const socketPath = join(config.runDir, "jailer.sock");
  await awaitJailer({ openJail: () => openJail({ socketPath }), socketPath, stop: giveUp });
  const catalogue = await openCatalogue(config, warn);
  const use = packageUse();
  await clearSubmissions(config.submissionsDir);
  await makeStateFolders(config.stateDir);
  const store = await openArtifactStore({ ...config.artifacts, folder: artifactsDir(config.stateDir) });
  const slots = createSlots(config);
  const kill = new AbortController();
  const { limits } = live;
  const artifacts = { limits: config.artifacts, store };
  const { submissionsDir } = config;
  const jobDeps = { catalogue, limits, slots, submissionsDir, log, packageUse: use, artifacts };
  const open = (options: OpenJailOptions) => openJail({ socketPath }, options);
  const measuring = openMetrics({ slots, catalogue, version, release, openJail: open });
  const executor = jobExecutor({ ...jobDeps, openJail: measuring.openJail });
  const execute = measuring.measured((call) =>
    executor({ ...call, signal: AbortSignal.any([call.signal, kill.signal]) }),
  );
  const ending = new AbortController();
  const packages = openPackages({
    ...config,
    catalogue,
    packageUse: use,
    acquireSlot: (used, signal) => takeTurn(used, jobDeps, signal),
    openBuildJail: (signal) => openBuildJail({ socketPath }, { signal }),
    warn,
  });
  const signals = { ending: ending.signal, ended: kill.signal };
  const told = { version, release, startedAt, warnings, artifacts: store, ...callers, ...signals };
  const operation = {
    metrics: measuring.metrics,
    readiness: readinessOf({ catalogue, slots, ending: ending.signal, socketPath }),
    reload: reloader({ live, catalogue, loadConfig, log }),
  };
  const jobsOf = { catalogue, limits, slots, execute, packages };
  const server = buildServer({ ...config, ...live.origins, ...jobsOf, log, ...told, ...operation });
  await server.ready();
  const connections = watchConnections(server.server);
  const operator = await listenForOperator(config, server, callers.access);
  const url = await serveAt(server, { ...config, listenFd }, callers.access, warnings);
  for (const text of warnings) log.warn(text);
  log.info({ url, runtimes: namesOf(catalogue) }, "ready");
  // A refusal is in the log then.
  onHangUp(() => void operation.reload().catch(() => undefined));
  const stop = once(async () => {
    log.info({ running: slots.running, waiting: slots.waiting }, "stopping");
    ending.abort();
    stopAccepting(server);
    await drain({ connections, slots, kill, graceMs: config.shutdownGraceMs });
    operator?.closeAllConnections();
    operator?.close();
    await closeServer(server);
    await store[Symbol.asyncDispose]();
    await callers[Symbol.asyncDispose]();
    log.info("stopped");
  });
  return { url, [Symbol.asyncDispose]: stop };
}

function namesOf({ runtimes }: Catalogue): string[] {
  return runtimes.map(({ language, version }) => `${language}-${version}`);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
