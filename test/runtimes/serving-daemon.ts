import { resolve } from "node:path";
import { resolveConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/daemon/log.ts";
import { startDaemon } from "../../src/daemon/start-daemon.ts";
import { makeJailerPlace } from "../support/jailer-place.ts";
import { startJailer } from "../support/start-jailer.ts";

const PROJECT_DIR = resolve(import.meta.dirname, "../..");

/** What a program does is tested here, not how fast: a busy machine gets ten times the usual limits. */
const PATIENCE = {
  "limits.compile.default.wall_time_ms": "100000",
  "limits.compile.default.cpu_time_ms": "100000",
  "limits.run.default.wall_time_ms": "30000",
  "limits.run.default.cpu_time_ms": "30000",
};

const SLOTS = 4;
const READY_JAILS = 4;

/** A daemon with a jailer of its own, over the packages that scripts/setup-tests made. */
export interface ServingDaemon extends AsyncDisposable {
  readonly url: string;
}

/** Starts both; disposing stops both. */
export async function serve(): Promise<ServingDaemon> {
  await using acquired = new AsyncDisposableStack();
  const place = acquired.use(await makeJailerPlace({ slots: SLOTS + READY_JAILS }));
  acquired.use(await startJailer(place));
  const machine = { cores: 2, memoryBytes: 4 * 2 ** 30, projectDir: PROJECT_DIR };
  const flags = {
    bind_address: "127.0.0.1",
    port: "0",
    data_dir: place.dataDir,
    // Nobody's: what this machine's operator has is not tested.
    definitions_dir: `${place.runDir}/languages`,
    run_dir: place.runDir,
    state_dir: place.stateDir,
    slots: String(SLOTS),
    ready_jails: String(READY_JAILS),
    ...PATIENCE,
  };
  const resolved = resolveConfig({ flags, env: {}, yaml: null, machine });
  const daemon = acquired.use(
    await startDaemon(resolved.config, {
      log: createLog("silent"),
      version: "0.0.0",
      release: null,
      notes: [],
      stop: new AbortController().signal,
      loadConfig: () => Promise.resolve(resolved),
      onHangUp: () => undefined,
    }),
  );
  const owned = acquired.move();
  return { url: daemon.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
