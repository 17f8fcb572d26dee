/**
 * try-release: starts this release as an instance of its own beside the one that serves, with its settings but for a port, a
 * folder and runners of its own, and runs a program in each language. Exits 1 when it does not come up or one fails.
 */

import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { loadConfig } from "../src/config/load-config.ts";
import { runnerCount } from "../src/config/runner-count.ts";
import { startsLogPath } from "../src/config/starts-log-path.ts";
import { sayHello } from "./install/say-hello.ts";

/** A start of jailer and daemon; emulated machines take twenty times what others do, busy ones longer. */
const START_MS = 300_000;
const SLOTS = 2;

const project = dirname(import.meta.dirname);

async function tryRelease(): Promise<boolean> {
  const { config } = await loadConfig({ flags: {}, env: process.env, projectDir: project });
  const folder = await dir({ tmpdir: "/run", prefix: "crankcase-try", unsafeCleanup: true, mode: 0o755 });
  await using _folder = { [Symbol.asyncDispose]: () => folder.cleanup() };
  const instance = `try-${process.pid}`;
  const log = startsLogPath({ dataDir: config.dataDir, instance });
  await using _log = { [Symbol.asyncDispose]: () => rm(log, { force: true }) };
  const settings = {
    instance,
    run_dir: folder.path,
    bind_address: "127.0.0.1",
    port: 0,
    require_key: false,
    log_level: "info",
    slots: SLOTS,
    ready_jails: 0,
    runner_uid_min: config.runnerUidMin + runnerCount(config),
    runner_gid_min: config.runnerGidMin + runnerCount(config),
  };
  await using server = await start(settings);
  return await sayHello({ url: server.url, folders: config });
}

async function start(settings: Readonly<Record<string, unknown>>) {
  const flags = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const child = execa(join(project, "bin/crankcase"), ["serve", ...flags], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    buffer: false,
    reject: false,
    forceKillAfterDelay: START_MS,
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await child;
  };
  try {
    const lines = createInterface({ input: child.stdout });
    return { url: await readyUrl(lines), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The URL that the daemon logs as soon as it serves. */
async function readyUrl(lines: AsyncIterable<string>): Promise<string> {
  const late = AbortSignal.timeout(START_MS);
  for await (const line of lines) {
    console.log(line);
    const entry = line.startsWith("{") ? JSON.parse(line) : {};
    if (entry.msg === "ready") return entry.url;
    late.throwIfAborted();
  }
  throw new Error("it ended before it served");
}

try {
  process.exitCode = (await tryRelease()) ? 0 : 1;
} catch (error) {
  console.error(`try-release: ${error}`);
  process.exitCode = 1;
}
