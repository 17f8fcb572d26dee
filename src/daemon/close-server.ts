import { Server } from "node:net";
import type { FastifyInstance } from "fastify";

/** After its last answer a connection may take so long to end; then it is cut. */
const LAST_ANSWER_MS = 2_000;

/**
 * Closes this process's listener alone: what the kernel holds for a socket that was passed in waits for the next process.
 * Node accepts a connection and announces it in one step, so none is between the two. HTTP's own close would cut
 * connections that are idle, and with them a request that is just on its way.
 */
export function stopAccepting(server: FastifyInstance): void {
  Server.prototype.close.call(server.server);
}

/** Closes the server once its last answers are out, or in two seconds. */
export async function closeServer(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), LAST_ANSWER_MS);
  try {
    await server.close();
  } finally {
    clearTimeout(cut);
  }
}
