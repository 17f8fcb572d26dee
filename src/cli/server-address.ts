import { access, constants, readFile } from "node:fs/promises";
import type { Environment } from "../config/environment-settings.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** The server that a command calls. */
export interface ServerAddress {
  /** For example `http://127.0.0.1:2000`. */
  readonly url: string;
  /** API key to send; null where there is none. */
  readonly key: string | null;
  /** Whether nobody named a server, so that it is this machine's own service. */
  readonly isOwn: boolean;
  /** The own service's Unix socket, where this process may open it: it asks for no key. */
  readonly socket: string | null;
}

/** Where the service of this machine says what it is. */
export interface ServiceFiles {
  /** Written when the service starts (scripts/prepare-start.ts): one line SERVICE_URL=... among others. */
  readonly startFile: string;
  /** The admin's key, which root alone can read. */
  readonly adminKeyFile: string;
  /** The service's Unix socket where the start file names none. */
  readonly operatorSocket: string;
}

const SERVICE_FILES: ServiceFiles = {
  startFile: "/run/crankcase/start.env",
  adminKeyFile: "/etc/crankcase/admin-key",
  // Where the daemon has it unless `run_dir` or `instance` say otherwise.
  operatorSocket: "/run/crankcase/default/daemon/operator.sock",
};

const DEFAULT_URL = "http://127.0.0.1:2000";

/**
 * Finds server and key: `given` (--url), else CRANKCASE_URL, else the service of this machine; the key is CRANKCASE_KEY,
 * else the machine's admin key, which goes to its own service only. Throws `invalid_command` for what can be no key.
 */
export async function serverAddress(
  given: string | undefined,
  env: Environment,
  files: ServiceFiles = SERVICE_FILES,
): Promise<ServerAddress> {
  const named = given || env.CRANKCASE_URL;
  const key = env.CRANKCASE_KEY || (named ? null : await readLine(files.adminKeyFile));
  if (key !== null) requireKeyText(key);
  if (named) return { url: named, key, isOwn: false, socket: null };
  const service = await serviceOf(files);
  return { ...service, key, isOwn: true };
}

/** The same for a command that may take its key from a file. Throws `invalid_command` for one that cannot be read. */
export async function keyedAddress(
  { url, keyFile }: { readonly url?: string; readonly keyFile?: string },
  env: Environment,
): Promise<ServerAddress> {
  if (keyFile === undefined) return await serverAddress(url, env);
  const text = await readFile(keyFile, "utf8").catch((cause: Error) => {
    throw new CrankcaseError("invalid_command", `--key-file cannot be read: ${cause.message}`, { cause });
  });
  if (text.trim() === "") throw new CrankcaseError("invalid_command", "--key-file holds nothing.");
  return await serverAddress(url, { ...env, CRANKCASE_KEY: text.trim() });
}

/** Not quoted in the refusal: it may be a key all the same. */
function requireKeyText(key: string): void {
  if (/^[\x21-\x7e]+$/.test(key)) return;
  throw new CrankcaseError("invalid_command", "CRANKCASE_KEY holds a character that no key has.");
}

async function serviceOf({
  startFile,
  operatorSocket,
}: ServiceFiles): Promise<Pick<ServerAddress, "url" | "socket">> {
  const text = (await readOrNull(startFile)) ?? "";
  const url = /^SERVICE_URL=(\S+)$/m.exec(text)?.[1] ?? DEFAULT_URL;
  const socket = /^SERVICE_OPERATOR_SOCKET=(\S+)$/m.exec(text)?.[1] ?? operatorSocket;
  return { url, socket: (await mayOpen(socket)) ? socket : null };
}

/** Whoever is not root learns nothing of a socket in the daemon's own folder. */
async function mayOpen(socket: string): Promise<boolean> {
  return await access(socket, constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function readLine(file: string): Promise<string | null> {
  return (await readOrNull(file))?.trim() || null;
}

/** Whoever may not read it goes without. */
async function readOrNull(file: string): Promise<string | null> {
  return await readFile(file, "utf8").catch(() => null);
}
