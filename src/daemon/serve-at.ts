import type { FastifyInstance } from "fastify";
import { addressWarning, type ListenAt, listen } from "./listen.ts";
import type { DaemonAccess } from "./open-access.ts";

/**
 * Starts to listen, and gives back where; what the operator should read about that joins the warnings. Throws
 * `start_failed`.
 */
export async function serveAt(
  server: FastifyInstance,
  at: ListenAt,
  access: DaemonAccess,
  warnings: string[],
): Promise<string> {
  const url = await listen(server.server, at);
  const warning = addressWarning(url, at);
  if (warning !== null) warnings.push(warning);
  warnings.push(...listensOn(server, access, url));
  return url;
}

/** The socket's own address decides whether keys are required: a passed one may be more public than the configured. */
function listensOn(server: FastifyInstance, access: DaemonAccess, url: string): string[] {
  try {
    return access.listensOn(new URL(url).hostname.replace(/^\[|\]$/g, ""));
  } catch (error) {
    server.server.close();
    throw error;
  }
}
