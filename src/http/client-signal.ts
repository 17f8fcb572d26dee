import type { FastifyReply } from "fastify";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** A signal that aborts with `cancelled` when the caller hangs up before its answer. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const hungUp = () => {
    if (reply.raw.writableFinished) return;
    controller.abort(new CrankcaseError("cancelled", "The caller hung up before the answer."));
  };
  // Not the request's "close": that comes as soon as its body was read.
  reply.raw.once("close", hungUp);
  // Who hung up before is not told of again.
  if (reply.raw.closed) hungUp();
  return controller.signal;
}
