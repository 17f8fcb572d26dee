import type { Socket } from "node:net";
import { keyRing } from "../access/key-ring.ts";
import { readKeys } from "../access/read-keys.ts";
import type { Config } from "../config/config.ts";
import { isLoopback } from "../config/loopback.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Access } from "../http/access.ts";

/** The keys of a daemon that starts. */
export interface DaemonAccess extends Access {
  /**
   * Tells on which address the server listens; until then keys are required. Returns what the operator should read, as
   * sentences. Throws `start_failed` where keys are required and there is none.
   */
  listensOn(address: string): string[];
  /** Takes a connection for the operator's own. */
  trust(socket: Socket): void;
}

/** What of the configuration is about keys. */
export type AccessConfig = Pick<Config, "requireKey" | "keysFile" | "bindAddress">;

/** Where the file of keys lies when nobody says; the command that makes keys knows it by itself. */
const DEFAULT_FILE = "/etc/crankcase/keys.json";

/** Reads the keys, once. Throws `invalid_config` for a file that is refused. */
export async function openAccess(config: AccessConfig): Promise<DaemonAccess> {
  const known = await readKeys(config.keysFile);
  const ring = keyRing(known);
  const operators = new WeakSet<Socket>();
  let isOpen = false;
  return {
    keys: ring,
    get isOpen() {
      return isOpen;
    },
    isOperator: (socket) => operators.has(socket),
    trust: (socket) => operators.add(socket),
    listensOn(address) {
      isOpen = !isRequired(config, address);
      if (!isOpen && known.length === 0) throw noKey(config.keysFile, address);
      return isOpen && !isLoopback(address) ? [openToAll(address)] : [];
    },
  };
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
