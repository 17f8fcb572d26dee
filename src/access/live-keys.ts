import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiKey } from "./api-key.ts";
import { type KeyRing, keyRing, type NamedKeys } from "./key-ring.ts";
import { readKeys } from "./read-keys.ts";

/** How often the file is looked at, in milliseconds: a key that was revoked opens for no longer than that. */
const LOOK_MS = 1_000;

/** Where keys are kept. */
export interface KeySource {
  /** Differs whenever they were changed. Rejects where that cannot be told now. */
  mark(): Promise<string>;
  /** Rejects with `invalid_config` where they are refused. */
  read(): Promise<readonly ApiKey[]>;
}

/** The keys of a file, or another source, as it is now. Disposing ends looking at it, and keeps the keys. */
export interface LiveKeys extends KeyRing, NamedKeys, AsyncDisposable {
  readonly count: number;
  /** Why the file as it is now is refused; the keys it had before count meanwhile. Null when all is well. */
  readonly fault: string | null;
}

/**
 * Reads the file of keys, and again whenever it changes. `warn` hears of a change that is refused, once. Throws
 * `invalid_config` when the file is refused at first.
 */
export function openKeys(file: string, warn: (text: string) => void): Promise<LiveKeys> {
  return watchKeys({ mark: () => markOf(file), read: () => readKeys(file) }, warn);
}

/** The same of any source. Rejects at first also where that cannot be asked; later the keys stay as they were then. */
export async function watchKeys(source: KeySource, warn: (text: string) => void): Promise<LiveKeys> {
  // The mark is taken before the file is read: what changes meanwhile is seen at the next look.
  let mark = await source.mark();
  let keys = await source.read();
  let ring = keyRing(keys);
  let fault: string | null = null;

  const look = async () => {
    const seen = await source.mark().catch(() => mark);
    if (seen === mark) return;
    mark = seen;
    try {
      keys = await source.read();
      ring = keyRing(keys);
      fault = null;
    } catch (error) {
      fault = `the API keys stay as they were: ${(error as Error).message}`;
      warn(fault);
    }
  };

  const stop = new AbortController();
  const looking = watch(look, stop.signal);
  return {
    find: (text) => ring.find(text),
    named: (name) => ring.named(name),
    get count() {
      return keys.length;
    },
    get fault() {
      return fault;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await looking;
    },
  };
}

/** Looking, rather than the kernel's notice of changes: that is lost where a folder is replaced or mounted over. */
async function watch(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    if (!signal.aborted) await look();
  }
}

/** Differs whenever the file was written or put in place anew. */
async function markOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
