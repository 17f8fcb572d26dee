import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { CRANKCASE, type Serving, startServing } from "../cli/serving.ts";

/** The daemon's user: a number that no other test's has. */
export const DAEMON_UID = 74_970;

/** A server that asks for keys, and one that may do everything. Disposal stops it and removes its folder. */
export interface KeyedServing extends AsyncDisposable {
  readonly serving: Serving;
  readonly key: string;
  /** Holds the key, for root alone, as install.sh leaves it. */
  readonly keyFile: string;
  readonly keysFile: string;
}

/** Starts it with some keys of the configuration set. */
export async function startKeyed(settings: Readonly<Record<string, unknown>> = {}): Promise<KeyedServing> {
  await using acquired = new AsyncDisposableStack();
  const { path, cleanup } = await dir({ prefix: "crankcase-keyed", unsafeCleanup: true });
  acquired.defer(cleanup);
  await chmod(path, 0o755);
  const keysFile = join(path, "etc/keys.json");
  const env = {
    PATH: process.env.PATH,
    CRANKCASE_KEYS_FILE: keysFile,
    CRANKCASE_USER: String(DAEMON_UID),
  };
  const { stdout: key } = await execa(CRANKCASE, ["keys", "create", "all", "--scope", "admin"], { env });
  const keyFile = join(path, "etc/admin-key");
  await writeFile(keyFile, `${key}\n`, { mode: 0o600 });
  const own = { require_key: true, keys_file: keysFile, user: String(DAEMON_UID) };
  const serving = acquired.use(await startServing({ ...own, ...settings }));
  const owned = acquired.move();
  return { serving, key, keyFile, keysFile, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
