import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/**
 * Guards an open server on loopback from web pages whose own name was made to lead to it (DNS rebinding): to a browser
 * such a page is of the same origin, so that only the Host header gives it away. An address is no name, and localhost
 * (RFC 6761, section 6.3) leads nowhere else. Throws `wrong_host`.
 */
export function requireKnownHost({ host }: IncomingHttpHeaders, allowedHosts: readonly string[]): void {
  if (host === undefined) return;
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$|\.$/g, "") ?? "";
  const isLocalName = name === "localhost" || name.endsWith(".localhost");
  if (isLocalName || isIP(name) !== 0 || allowedHosts.includes(name)) return;
  throw new CrankcaseError("wrong_host", "this server does not answer to the name in the header Host");
}
