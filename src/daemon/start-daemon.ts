import type { Logger } from "pino";
import type { Config, ResolvedConfig } from "../config/config.ts";
import { buildServer } from "../http/server.ts";
import { jobsFile } from "../packages/state-folders.ts";
import { openSqliteStore } from "../queue/sqlite-store.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import { closeServer, stopAccepting } from "./close-server.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { watchConnections } from "./connections.ts";
import { drain } from "./drain.ts";
import { liveConfig } from "./live-config.ts";
import { boundConnections } from "./most-connections.ts";
import { openCallers } from "./open-callers.ts";
import { type OpenJobs, openJobs } from "./open-jobs.ts";
import { openQueue } from "./open-queue.ts";
import { openTogether } from "./open-together.ts";
import { openWorkflows } from "./open-workflows.ts";
import { openOperatorDoor } from "./operator-door.ts";
import { listenForOperator, operatorSocketPath } from "./operator-socket.ts";
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
  const live = liveConfig(config);
  const callers = await openCallers(config, live.rates, (text) => log.warn(text));
  const kill = new AbortController();
  const ending = new AbortController();
  const { limits } = live;
  // A store's thread takes as long to start as all that jobs need: none of the two waits for the other.
  const [jobs, store] = await openTogether(
    openJobs(config, { log, version, release, limits, giveUp, kill: kill.signal }),
    openSqliteStore(jobsFile(config.stateDir)),
  );
  const { catalogue, slots } = jobs;
  const queue = await openQueue(config, { jobs, store, limits, log });
  const sequences = await openWorkflows(config, {
    ...queue,
    store: store.workflows,
    jobs,
    limits,
    log,
    callers,
  });
  const reload = reloader({ live, catalogue: { reload: reloadAll(jobs) }, loadConfig, log });
  const told = { log, version, release, startedAt, warnings, ending: ending.signal, ended: kill.signal };
  const readiness = readinessOf({ ...jobs, ending: ending.signal });
  const server = buildServer({
    ...config,
    ...live.origins,
    ...callers,
    ...jobs,
    queued: queue.queued,
    workflows: sequences.workflows,
    ...told,
    limits,
    readiness,
    reload,
  });
  await server.ready();
  await boundConnections(server.server, config, (text) => log.warn(text));
  const connections = watchConnections(server.server);
  const operator = await openOperatorDoor(operatorSocketPath(config), () =>
    listenForOperator(config, server, callers.access),
  );
  const garbage = collectGarbage(slots);
  const url = await serveAt(server, { ...config, listenFd }, callers.access, warnings);
  for (const text of warnings) log.warn(text);
  log.info({ url, runtimes: namesOf(catalogue) }, "ready");
  // A refusal is in the log then.
  onHangUp(() => void reload().catch(() => undefined));
  const stop = once(async () => {
    log.info({ running: slots.running, waiting: slots.waiting }, "stopping");
    garbage[Symbol.dispose]();
    ending.abort();
    stopAccepting(server);
    queue.queued.stop();
    await drain({ connections, slots, kill, graceMs: config.shutdownGraceMs });
    await operator[Symbol.asyncDispose]();
    await closeServer(server);
    for (const part of [sequences, queue, jobs, callers]) await part[Symbol.asyncDispose]();
    log.info("stopped");
  });
  return { url, [Symbol.asyncDispose]: stop };
}

/** Programs that were started ahead are dropped with it: an executioner may have changed. */
function reloadAll({ catalogue, dropStarted }: OpenJobs): () => Promise<void> {
  return async () => {
    await catalogue.reload();
    await dropStarted();
  };
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
