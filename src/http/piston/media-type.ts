import type { IncomingHttpHeaders } from "node:http";
import { isJsonType, mediaType } from "../json-body.ts";

/** Methods that carry nothing. */
const BODYLESS: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/** Types under which clients that do not know better send JSON: piston-client 1.0.2, and piston-cli with none. */
const UNDECLARED: readonly string[] = ["", "text/plain"];

/**
 * Whether Piston's content type rule lets a request in. A type other than JSON's is what a web page can send to another
 * site without being asked for permission, so that undeclared JSON comes in only from where no page sends it, or from
 * an allowed origin.
 */
export function isAcceptedType(
  method: string,
  headers: IncomingHttpHeaders,
  allowedOrigins: readonly string[],
): boolean {
  if (BODYLESS.includes(method) || isJsonType(headers["content-type"])) return true;
  const { origin } = headers;
  const isFromNoOtherPage = origin === undefined || allowedOrigins.includes(origin);
  return isFromNoOtherPage && UNDECLARED.includes(mediaType(headers["content-type"]));
}
