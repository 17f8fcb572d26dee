import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** What callers may name a request: short, and nothing in it that a log or a header would have to escape. */
const CLEAN = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's own id of a request; undefined where it sent none that is clean. Two requests may have the same. */
function callersRequestId({ headers }: Pick<FastifyRequest, "headers">): string | undefined {
  const id = headers["x-request-id"];
  return typeof id === "string" && CLEAN.test(id) ? id : undefined;
}

/** How the log names a request: our id, and the caller's own where it sent one. */
export function requestIds(request: FastifyRequest): { readonly id: string; readonly request_id?: string } {
  const callersId = callersRequestId(request);
  return { id: request.id, ...(callersId === undefined ? {} : { request_id: callersId }) };
}

/** Gives every answer the header `x-request-id`: the caller's own, else ours, by which the log names the request. */
export function giveRequestIds(server: FastifyInstance): void {
  server.addHook("onRequest", (request, reply, done) => {
    tellRequestId(request, reply);
    done();
  });
}

/** The same for an answer that no hook sees. */
export function tellRequestId(request: FastifyRequest, reply: FastifyReply): void {
  reply.raw.setHeader("x-request-id", callersRequestId(request) ?? request.id);
}
