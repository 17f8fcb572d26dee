import { randomBytes } from "node:crypto";
import type { ApiKey } from "./api-key.ts";
import { keyDigest } from "./key-digest.ts";
import type { Scope } from "./scope.ts";

/** More than can be tried. */
const KEY_BYTES = 32;

/** A key that was just made: its text, which is kept nowhere, and what is kept of it. */
export interface NewKey {
  /** `ck_` and 43 characters of base64url. */
  readonly text: string;
  readonly entry: ApiKey;
}

/** What bounds a key. */
export type KeyLimits = Pick<ApiKey, "expires" | "rate_per_minute" | "concurrency" | "daily_jobs">;

/** Makes a key of 256 random bits. */
export function newKey(name: string, scopes: readonly Scope[], now: Date, limits: KeyLimits = {}): NewKey {
  const text = `ck_${randomBytes(KEY_BYTES).toString("base64url")}`;
  const sha256 = keyDigest(text).toString("hex");
  const created = now.toISOString();
  return { text, entry: { name, scopes: [...new Set(scopes)], sha256, created, ...limits } };
}
