import { isIP } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/** Below this are services that are no web servers, which must not be spoken to in a caller's words. */
const FIRST_FREE_PORT = 1024;
const WEB_PORTS: readonly number[] = [80, 443];

/** Whom callbacks may be sent to. */
export interface CallbackReach {
  /** Also to private, link-local and loopback addresses. */
  readonly allowPrivate: boolean;
}

/**
 * Why no callback may be sent to such a URL, as the end of a sentence about it; null where one may. A name's addresses are not
 * looked at here but when it is sent to: by then they may be others.
 */
export function callbackUrlFault(text: string, { allowPrivate }: CallbackReach): string | null {
  if (!URL.canParse(text)) return "is no URL";
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return "is neither http nor https";
  if (url.username !== "" || url.password !== "") return "holds a user or a password";
  if (!isUsualPort(portOf(url))) return "has a port below 1024 that is neither 80 nor 443";
  return allowPrivate || isPublicHost(hostOf(url)) ? null : "leads to an address that is not public";
}

/** The host of a callback's URL: an address without brackets, or a name in lower case without a dot at its end. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/** The same of a URL in text: whom deliveries to it are counted for. The text itself where it is no URL. */
export function callbackHost(text: string): string {
  return URL.canParse(text) ? hostOf(new URL(text)) : text;
}

function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}

function isUsualPort(port: number): boolean {
  return port >= FIRST_FREE_PORT || WEB_PORTS.includes(port);
}

/** The URL standard has brought every spelling of an address into one form already. */
function isPublicHost(host: string): boolean {
  if (isIP(host) !== 0) return isPublicAddress(host);
  return host !== "" && host !== "localhost" && !host.endsWith(".localhost");
}
