import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { CrankcaseError, toCrankcaseError } from "../errors/crankcase-error.ts";
import { type ErrorCode, errorTable } from "../errors/error-table.ts";
import { requestIds } from "./request-id.ts";

/** Fastify's own refusals (its documentation, "Errors") and the code that each is here. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "invalid_request",
};

/** Any error of a request as one of ours. */
function requestError(thrown: unknown, bodyLimitBytes: number): CrankcaseError {
  const { code } = (thrown ?? {}) as { code?: unknown };
  const known =
    typeof code === "string" && !(thrown instanceof CrankcaseError) ? FASTIFY_CODES[code] : undefined;
  if (known === undefined) return toCrankcaseError(thrown);
  const message =
    known === "body_too_large"
      ? `The body is larger than ${bodyLimitBytes} bytes.`
      : errorTable[known].meaning;
  return new CrankcaseError(known, message);
}

/** Whether an error says that the caller broke off, or broke the rules of HTTP, before its body had come. */
function isBrokenOff(thrown: unknown, { raw }: FastifyRequest): boolean {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return code === "ECONNRESET" && raw.destroyed && !raw.complete;
}

/** What a caller may read: of what is not the caller's own fault only what the table says. */
export function publicMessage(error: CrankcaseError): string {
  return error.fault === "caller" ? error.message : errorTable[error.code].meaning;
}

/** Answers what a request ended in. */
export type ErrorHandler = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Makes the handler of a route group: the group's form of an error, with its status and, where it passes, Retry-After.
 * The details of what is our own fault go into the log, under the id of the request.
 */
export function errorHandler(
  { log, bodyLimitBytes }: { readonly log: Logger; readonly bodyLimitBytes: number },
  bodyOf: (error: CrankcaseError, id: string) => object,
): ErrorHandler {
  return (thrown, request, reply) => {
    const error = isBrokenOff(thrown, request)
      ? new CrankcaseError("cancelled", "The caller left before its request had come.")
      : requestError(thrown, bodyLimitBytes);
    if (error.fault === "ours") log.error({ ...requestIds(request), err: error }, "request failed");
    // RFC 9110, section 11.6.1: a 401 says how to do better.
    if (error.code === "unauthorized") reply.header("www-authenticate", "Bearer");
    if (error.retryAfterSeconds !== undefined) reply.header("retry-after", String(error.retryAfterSeconds));
    reply.code(errorTable[error.code].status ?? 500).send(bodyOf(error, request.id));
  };
}
