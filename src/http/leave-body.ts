import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { setImmediate as turnOver } from "node:timers/promises";
import type { FastifyInstance, FastifyReply } from "fastify";

/** How long what still comes is thrown away, in milliseconds. */
const LINGER_MS = 1_000;

/**
 * Ends the connection of a request that was answered before its body had come, as a refused one is: otherwise the rest of
 * the body would be read up to the request's timeout. The answer goes out at once and whole, and the connection lingers a
 * moment, since closing it under a client that is still sending may take the answer from it (RFC 9112, section 9.6).
 */
export function leaveBodies(server: FastifyInstance): void {
  server.addHook("onSend", (request, reply, payload, done) => {
    // Nearly every request: nothing is to be waited for.
    if (!isBodyComing(request.raw)) return done(null, payload);
    leaveBody(request.raw, reply, payload).then((left) => done(null, left), done);
  });
}

async function leaveBody(request: IncomingMessage, reply: FastifyReply, payload: unknown): Promise<unknown> {
  // A short body comes in one piece with its head, and Node reads it in this same turn.
  await turnOver();
  if (!isBodyComing(request)) return payload;
  reply.header("connection", "close");
  if (typeof payload !== "string") return payload;
  reply.header("content-length", Buffer.byteLength(payload));
  return Readable.from(lingering(payload, request));
}

function isBodyComing({ complete, headers }: IncomingMessage): boolean {
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  return hasBody && !complete;
}

async function* lingering(payload: string, request: IncomingMessage): AsyncGenerator<string> {
  yield payload;
  request.resume();
  // Neither a client that hangs up nor one that goes on for longer changes the answer.
  await finished(request, { signal: AbortSignal.timeout(LINGER_MS) }).catch(() => undefined);
}
