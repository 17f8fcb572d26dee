import type { Socket } from "node:net";
import type { KeyRing, NamedKeys } from "../access/key-ring.ts";
import { type KeySource, openKeys, watchKeys } from "../access/live-keys.ts";
import type { Config } from "../config/config.ts";
import { isLoopback } from "../config/loopback.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Access } from "../http/access.ts";

/** The keys of a daemon that starts. */
export interface DaemonAccess extends Access, AsyncDisposable {
  readonly keys: KeyRing & NamedKeys;
  /**
   * Tells on which address the server listens; until then keys are required. Returns what the operator should read, as
   * sentences. Throws `start_failed` where keys are required and there is none.
   */
  listensOn(address: string): string[];
  /** Takes a connection for the operator's own. */
  trust(socket: Socket): void;
}

/** What of the configuration is about keys. */
export type AccessConfig = Pick<Config, "requireKey" | "keysFile" | "bindAddress"> &
  Partial<Pick<Config, "role">>;

/** Where the file of keys lies when nobody says; the command that makes keys knows it by itself. */
const DEFAULT_FILE = "/etc/crankcase/keys.json";

/**
 * Reads the keys, and again when their file, or the source in its place, changes: what is wrong with it then `warn` hears. Throws
 * `invalid_config` for a file that is refused at first.
 */
export async function openAccess(
  config: AccessConfig,
  warn: (text: string) => void,
  source?: KeySource,
): Promise<DaemonAccess> {
  const keys = await (source === undefined ? openKeys(config.keysFile, warn) : watchKeys(source, warn));
  const operators = new WeakSet<Socket>();
  let isOpen = false;
  let isLocal = false;
  return {
    keys,
    get faults() {
      return keys.fault === null ? [] : [keys.fault];
    },
    get isOpen() {
      return isOpen;
    },
    get isLocal() {
      return isLocal;
    },
    isOperator: (socket) => operators.has(socket),
    trust: (socket) => operators.add(socket),
    listensOn(address) {
      isOpen = !isRequired(config, address);
      isLocal = isLoopback(address);
      // Who answers nobody but probes needs none to start with.
      if (!isOpen && keys.count === 0 && config.role !== "worker") throw noKey(config.keysFile, address);
      return isOpen && !isLoopback(address) ? [openToAll(address)] : [];
    },
    [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose](),
  };
}

/** Throws what a start with this configuration would: for a start that can still be refused at once. */
export async function requireUsableKeys(config: AccessConfig): Promise<void> {
  await using access = await openAccess(config, () => undefined);
  access.listensOn(config.bindAddress);
}

/** Who wrote `require_key: false` for a loopback address has not said so of the other one that a socket came with. */
function isRequired({ requireKey, bindAddress }: AccessConfig, address: string): boolean {
  return requireKey || (isLoopback(bindAddress) && !isLoopback(address));
}

function noKey(file: string, address: string): CrankcaseError {
  const where = file === DEFAULT_FILE ? "" : `env CRANKCASE_KEYS_FILE=${file} `;
  const message = `API keys are required on ${address}, and ${file} holds none. Make one: sudo ${where}crankcase keys create admin --scope admin`;
  return new CrankcaseError("start_failed", message);
}

function openToAll(address: string): string {
  return `require_key is false and the server listens on ${address}: whoever can connect may run programs. Set require_key: true and make a key with crankcase keys create.`;
}
