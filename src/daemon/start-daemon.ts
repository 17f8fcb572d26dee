import type { Logger } from "pino";
import type { SharedParts } from "../cluster/shared-parts.ts";
import type { Config, ResolvedConfig } from "../config/config.ts";
import { buildServer } from "../http/server.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import { closeServer, stopAccepting } from "./close-server.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { watchConnections } from "./connections.ts";
import { drain } from "./drain.ts";
import { liveConfig } from "./live-config.ts";
import { boundConnections } from "./most-connections.ts";
import { openAlone } from "./open-alone.ts";
import { openCallers } from "./open-callers.ts";
import type { JobsDeps } from "./open-jobs.ts";
import { openWorkflows } from "./open-workflows.ts";
import { openOperatorDoor } from "./operator-door.ts";
import { listenForOperator, operatorSocketPath } from "./operator-socket.ts";
import { readinessOf } from "./readiness.ts";
import { reloader } from "./reload.ts";
import { serveAt } from "./serve-at.ts";
import type { Serving } from "./serving.ts";

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
  const warn = (text: string) => log.warn(text);
  const shared = await openSharedParts(config, warn);
  const callers = await openCallers(config, live.rates, warn, shared);
  const kill = new AbortController();
  const ending = new AbortController();
  const { limits } = live;
  const deps = { log, version, release, limits, giveUp, kill: kill.signal };
  const serving = await openServing(config, deps, shared);
  const { served, queued } = serving;
  const { catalogue, slots } = served;
  const sequences = await openWorkflows(config, { ...serving, callers, log });
  const reload = reloader({ live, catalogue: serving, loadConfig, log });
  const told = { log, version, release, startedAt, warnings, ending: ending.signal, ended: kill.signal };
  const readiness = readinessOf({ ...serving.readiness, ending: ending.signal });
  const server = buildServer({
    ...config,
    ...live.origins,
    ...callers,
    ...served,
    queued,
    workflows: sequences.workflows,
    isWorker: serving.isWorker,
    store: shared?.store,
    ...told,
    limits,
    readiness,
    reload,
  });
  await server.ready();
  await boundConnections(server.server, config, warn);
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
    queued.stop();
    await drain({ connections, slots, kill, graceMs: config.shutdownGraceMs });
    await operator[Symbol.asyncDispose]();
    await closeServer(server);
    for (const part of [sequences, serving, callers, shared]) await part?.[Symbol.asyncDispose]();
    log.info("stopped");
  });
  return { url, [Symbol.asyncDispose]: stop };
}

/** What only servers need that share a store is loaded there alone; null elsewhere. */
async function openSharedParts(config: Config, warn: (text: string) => void): Promise<SharedParts | null> {
  if (config.store === "embedded") return null;
  const parts = await import("../cluster/shared-parts.ts");
  return await parts.openSharedParts(config, warn);
}

async function openServing(config: Config, deps: JobsDeps, shared: SharedParts | null): Promise<Serving> {
  if (shared === null) return await openAlone(config, deps);
  const { openShared } = await import("./open-shared.ts");
  return await openShared(config, deps, shared);
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
