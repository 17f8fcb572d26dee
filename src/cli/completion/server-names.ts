import { createApiClient } from "../api-client.ts";
import type { CliContext } from "../context.ts";
import { serverAddress } from "../server-address.ts";

/** What a server can be asked for. */
export type ServerNames = "languages" | "packages";

/** Somebody waits with a finger on Tab. */
const PATIENCE_MS = 500;

/** Names that the server knows; none where it does not say so at once. */
export async function serverNames(kind: ServerNames, { env, stop }: CliContext): Promise<string[]> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const api = createApiClient(await serverAddress(undefined, env), signal);
    const names =
      kind === "languages"
        ? (await api.runtimes()).flatMap(({ language, aliases }) => [language, ...aliases])
        : (await api.packages()).flatMap(({ name }) => name);
    return [...new Set(names)].sort();
  } catch {
    return [];
  }
}
