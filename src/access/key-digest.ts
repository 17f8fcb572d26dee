import { createHash } from "node:crypto";

/**
 * SHA-256 of a key's text. A plain hash is right here, and salt or a slow one would gain nothing: a key is 256 random
 * bits, so that nobody finds one by trying, as passwords are found.
 */
export function keyDigest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
