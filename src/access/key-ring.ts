import { timingSafeEqual } from "node:crypto";
import { type ApiKey, isExpired } from "./api-key.ts";
import { keyDigest } from "./key-digest.ts";

/** The keys that open the server. */
export interface KeyRing {
  /** The key with this text; null where there is none. How long it takes tells nothing of the keys there are. */
  find(text: string): ApiKey | null;
}

/** Keys by what they are called: for work that goes on when nobody sends a key any more. */
export interface NamedKeys {
  /** Null where there is none, or none any more. */
  named(name: string): ApiKey | null;
}

/** Makes a ring of what was read from the file. A key whose time is over is not there any more. */
export function keyRing(keys: readonly ApiKey[], now = () => new Date()): KeyRing & NamedKeys {
  const known = keys.map((key) => ({ key, digest: Buffer.from(key.sha256, "hex") }));
  return {
    find(text) {
      const digest = keyDigest(text);
      const key = known.find((one) => timingSafeEqual(one.digest, digest))?.key;
      return key === undefined || isExpired(key, now()) ? null : key;
    },
    named: (name) => keys.find((key) => key.name === name && !isExpired(key, now())) ?? null,
  };
}
