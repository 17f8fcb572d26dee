import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { buildServer } from "../http/server.ts";
import { openJail } from "../jail/open-jail.ts";
import { type ExecuteJob, jobExecutor } from "../jobs/execute-job.ts";
import { loadCatalogue } from "../runtimes/load-catalogue.ts";
import { createSlots } from "../slots/slots.ts";
import { clearSubmissions } from "../submissions/submission.ts";
import { awaitJailer } from "./await-jailer.ts";
import { drain } from "./drain.ts";

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
  /** Gives up a start that still waits for the jailer. */
  readonly stop: AbortSignal;
}

/** After its last answer a connection may take so long to end; then it is cut. */
const LAST_ANSWER_MS = 2_000;

/**
 * Composes and starts the daemon: jailer, runtimes, slots, server. Throws `start_failed`, `invalid_definition`, or what
 * the jailer answers.
 */
export async function startDaemon(
  config: Config,
  { log, version, stop: giveUp }: DaemonDeps,
): Promise<Daemon> {
  const socketPath = join(config.runDir, "jailer.sock");
  await awaitJailer({ openJail: () => openJail({ socketPath }), socketPath, stop: giveUp });
  const catalogue = await loadCatalogue(config);
  await clearSubmissions(config.submissionsDir);
  const slots = createSlots(config);
  const kill = new AbortController();
  const limits = config;
  const { submissionsDir } = config;
  const jobDeps = { catalogue, limits, slots, submissionsDir, log };
  const executor = jobExecutor({ ...jobDeps, openJail: (options) => openJail({ socketPath }, options) });
  const execute: ExecuteJob = (id, request, signal) =>
    executor(id, request, AbortSignal.any([signal, kill.signal]));
  const server = buildServer({ ...config, catalogue, limits, slots, execute, log, version });
  const url = await listen(server, config);
  log.info(
    { url, runtimes: catalogue.runtimes.map((runtime) => `${runtime.language}-${runtime.version}`) },
    "ready",
  );
  const stop = once(async () => {
    log.info({ running: slots.running, waiting: slots.waiting }, "stopping");
    await drain(slots, kill, config.shutdownGraceMs);
    await close(server);
    log.info("stopped");
  });
  return { url, [Symbol.asyncDispose]: stop };
}

async function listen(server: FastifyInstance, { bindAddress, port }: Config): Promise<string> {
  try {
    return await server.listen({ host: bindAddress, port });
  } catch (cause) {
    const message = `Cannot listen on ${bindAddress}, port ${port}: ${(cause as Error).message}`;
    throw new CrankcaseError("start_failed", message, { cause });
  }
}

async function close(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), LAST_ANSWER_MS);
  try {
    await server.close();
  } finally {
    clearTimeout(cut);
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
