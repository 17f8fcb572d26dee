import type { IncomingMessage } from "node:http";
import { type BlockList, isIP } from "node:net";
import { family } from "../config/trusted-proxies.ts";

/**
 * The address that a request comes from. X-Forwarded-For is heard only as far as those who wrote it are trusted: each
 * proxy adds at its end the address that it was called from, so that it is read from there to the first one nobody
 * vouches for. Anybody else may write into it what they like, and changes nothing by it.
 */
export function callerAddress({ socket, headers }: IncomingMessage, proxies: BlockList): string {
  let address = socket.remoteAddress ?? "";
  const written = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  for (const hop of written.map((it) => it.trim()).reverse()) {
    if (isIP(hop) === 0 || !proxies.check(address, family(address))) break;
    address = hop;
  }
  return address;
}
