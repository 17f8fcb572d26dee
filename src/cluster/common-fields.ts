import { createHash } from "node:crypto";
import { callbackHost } from "../callbacks/callback-url.ts";
import type { CallbackStanding, NewJob } from "../queue/job-store.ts";

/** A hash as Redis answers it; empty where there is none. */
export type KeptHash = Readonly<Record<string, string | undefined>>;

/** The fields of a callback that nobody has tried. */
export function callbackFields({ url, secret }: NonNullable<NewJob["callback"]>): Record<string, string> {
  return {
    callback: url,
    callback_host: callbackHost(url),
    callback_secret: secret,
    callback_state: "waiting",
    callback_tries: "0",
  };
}

/** How a callback stands; null where none is wanted. */
export function callbackStanding(hash: KeptHash): CallbackStanding | null {
  if (hash.callback === undefined) return null;
  const state = (hash.callback_state ?? "waiting") as CallbackStanding["state"];
  return { state, tries: Number(hash.callback_tries), message: textOrNull(hash.callback_message) };
}

/** What a client's idempotency key is kept under: it may be long, and have any letters. */
export function sameRequest(client: string, key: string): string {
  return createHash("sha256")
    .update(JSON.stringify([client, key]))
    .digest("hex");
}

/** A number; null where the field is missing or empty. */
export function numberOrNull(text: string | undefined): number | null {
  return text === undefined || text === "" ? null : Number(text);
}

/** A text; null where the field is missing or empty. */
export function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}
