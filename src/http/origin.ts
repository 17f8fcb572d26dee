import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether the page behind a request may use the server: its origin is allowed, or the server's own, or there is no page
 * at all. To be asked before a WebSocket is opened, which browsers do for any page without asking (RFC 6455, section
 * 10.2).
 */
export function isAllowedOrigin(headers: IncomingHttpHeaders, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowedOrigins.includes(origin)) return true;
  return host !== undefined && URL.parse(origin)?.host === host.toLowerCase();
}
