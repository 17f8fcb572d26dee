import { isIPv4 } from "node:net";

/**
 * Whether an address to listen on is reached from this machine alone: 127.0.0.0/8 (RFC 1122, section 3.2.1.3), ::1
 * (RFC 4291, section 2.5.3) or `localhost` (RFC 6761, section 6.3). Another way of writing one of them counts as not.
 */
export function isLoopback(address: string): boolean {
  return (
    address.toLowerCase() === "localhost" ||
    address === "::1" ||
    (isIPv4(address) && address.startsWith("127."))
  );
}
