import { BlockList, isIPv4, isIPv6 } from "node:net";

type Range = readonly [address: string, prefix: number];

/** What of IPv4 is not for everybody (IANA, "IPv4 Special-Purpose Address Registry"). */
const NOT_PUBLIC_4: readonly Range[] = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // between providers and their customers
  ["127.0.0.0", 8], // loopback
  ["169.254.0.0", 16], // link-local, clouds' metadata services
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
];

/** All that is given out of IPv6 for everybody lies in here (IANA, "IPv6 Global Unicast Address Assignments"). */
const GLOBAL_6: Range = ["2000::", 3];

/** What of that is not, or leads to an IPv4 address that is not looked at. */
const NOT_PUBLIC_6: readonly Range[] = [
  ["2001::", 23], // protocol assignments: Teredo, benchmarks, ORCHID
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4
  ["3fff::", 20], // documentation
];

/** IPv4 over a translator (RFC 6052): its last four bytes are the address. */
const TRANSLATED: Range = ["64:ff9b::", 96];

const notPublic4 = listOf(NOT_PUBLIC_4, "ipv4");
const notPublic6 = listOf(NOT_PUBLIC_6, "ipv6");
const global6 = listOf([GLOBAL_6], "ipv6");
const translated = listOf([TRANSLATED], "ipv6");

/** Whether an address in text is one that anybody on the public network could mean by it. No address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic4.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  if (translated.check(address, "ipv6")) return isPublicAddress(lastFourBytes(address));
  return global6.check(address, "ipv6") && !notPublic6.check(address, "ipv6");
}

function listOf(ranges: readonly Range[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, family);
  return list;
}

/** Of an IPv6 address in any spelling, as IPv4 is written. */
function lastFourBytes(address: string): string {
  // The URL standard's one spelling: groups of hexadecimal digits, without IPv4 at the end.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(":");
  const [high, low] = [groups.at(-2), groups.at(-1)].map((group) => Number.parseInt(group || "0", 16));
  return [high, low].flatMap((group = 0) => [group >> 8, group & 255]).join(".");
}
