import { createHmac } from "node:crypto";

/** What begins a secret that is base64 (standardwebhooks.com, "Signature scheme"). */
const PREFIX = "whsec_";

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** What is delivered, and when. */
export interface SignedParts {
  /** The same at each try: receivers tell by it what they have already. */
  readonly id: string;
  /** Of this try. */
  readonly at: Date;
  readonly body: string;
}

/**
 * The key of a secret: after `whsec_` the bytes that the base64 says, else the text's own in UTF-8. Null for a secret with that
 * beginning and no base64 behind it.
 */
export function signingKey(secret: string): Buffer | null {
  if (!secret.startsWith(PREFIX)) return Buffer.from(secret);
  const encoded = secret.slice(PREFIX.length);
  return BASE64.test(encoded) && encoded.length % 4 !== 1 ? Buffer.from(encoded, "base64") : null;
}

/** The headers of a delivery as Standard Webhooks have them (standardwebhooks.com). */
export function signDelivery({ id, at, body }: SignedParts, key: Buffer): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000);
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${signature}`,
  };
}
