import type { IncomingHttpHeaders } from "node:http";
import type { onRequestHookHandler } from "fastify";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** A hook before a WebSocket is opened, which browsers do for any page without asking (RFC 6455, section 10.2). */
export function refuseForeignPages(allowedOrigins: readonly string[]): onRequestHookHandler {
  return ({ headers }, _reply, done) => {
    if (isAllowedOrigin(headers, allowedOrigins)) done();
    else done(new CrankcaseError("forbidden", "pages of this origin may not connect"));
  };
}

/** Whether the page behind a request may use the server: its origin is allowed, or the server's own, or there is no page at all. */
export function isAllowedOrigin(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowedOrigins.includes(origin)) return true;
  return host !== undefined && URL.parse(origin)?.host === host.toLowerCase();
}
