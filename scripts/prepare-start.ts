/**
 * prepare-start FILE: makes what jailer and daemon expect to find before systemd starts them as two units, and writes FILE,
 * which systemd reads as the jailer's environment and install.sh for what it tells: one line NAME=value each. It runs as
 * root, and reads the same configuration as `crankcase serve`.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { jailerCommand } from "../src/cli/child-commands.ts";
import { daemonUser } from "../src/cli/daemon-user.ts";
import { makeRunFolders, requireJailer } from "../src/cli/run-folders.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { runnerCount } from "../src/config/runner-count.ts";
import { operatorSocketPath } from "../src/daemon/operator-socket.ts";
import { CrankcaseError } from "../src/errors/crankcase-error.ts";
import { copyOutAllBaseFiles } from "../src/packages/base-files.ts";

async function prepare(file: string): Promise<void> {
  const projectDir = dirname(import.meta.dirname);
  const { config } = await loadConfig({ flags: {}, env: process.env, projectDir });
  await requireJailer(config);
  const user = await daemonUser(config.user);
  await makeRunFolders(config, user);
  await copyOutAllBaseFiles(config.dataDir);
  const command = jailerCommand(config, user);
  const values = {
    JAILER_OPTIONS: command.slice(command.indexOf(config.jailerPath) + 1).join(" "),
    SERVICE_URL: `http://${authority(reachable(config.bindAddress), config.port)}`,
    SERVICE_LISTEN: authority(numeric(config.bindAddress), config.port),
    SERVICE_BIND_ADDRESS: numeric(config.bindAddress),
    SERVICE_PORT: config.port,
    SERVICE_REQUIRES_KEY: config.requireKey,
    SERVICE_OPERATOR_SOCKET: operatorSocketPath(config),
    SERVICE_DATA_DIR: config.dataDir,
    SERVICE_STATE_DIR: config.stateDir,
    SERVICE_INSTANCE: config.instance,
    SERVICE_DEFINITIONS_DIR: config.definitionsDir,
    SERVICE_RUNNERS: runnerCount(config),
    SERVICE_GRACE_SECONDS: Math.ceil(config.shutdownGraceMs / 1000),
    SERVICE_RUNNER_UID_MIN: config.runnerUidMin,
    SERVICE_RUNNER_GID_MIN: config.runnerGidMin,
  };
  await mkdir(dirname(file), { recursive: true });
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(file, lines.join(""));
}

/** What a program on this machine connects to. */
function reachable(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}

/** systemd's ListenStream= takes no names (systemd.socket(5)). */
function numeric(address: string): string {
  return address === "localhost" ? "127.0.0.1" : address;
}

function authority(address: string, port: number): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

try {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new CrankcaseError("start_failed", "usage: prepare-start FILE");
  await prepare(file);
} catch (error) {
  console.error(`prepare-start: ${error instanceof CrankcaseError ? error.message : error}`);
  process.exitCode = 1;
}
