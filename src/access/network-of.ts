import { isIPv4 } from "node:net";

const GROUPS = 8;

/** Groups of an IPv6 address that name the network: who has one has the whole /64 (RFC 4291, section 2.5.4). */
const NETWORK_GROUPS = 4;

/** What of an address counts as one caller: an IPv4 address, also one written as IPv6, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const all = groups(address);
  if (all === null) return address;
  if (isMapped(all)) return all.slice(-2).map(twoBytes).join(".");
  return `${all.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}

/** The eight groups in hex without leading zeros; null for what is no IPv6 address. */
function groups(address: string): readonly string[] | null {
  // URL writes every form in one way (its standard, "IPv6 serializer"); it knows no zones.
  const host = URL.parse(`http://[${address.replace(/%.*$/, "")}]`)?.hostname.slice(1, -1);
  if (host === undefined) return null;
  const [left = "", right] = host.split("::");
  const [before, after] = [left, right ?? ""].map((side) => side.split(":").filter((it) => it !== ""));
  if (right === undefined) return before ?? null;
  const [head, tail] = [before ?? [], after ?? []];
  return [...head, ...Array<string>(GROUPS - head.length - tail.length).fill("0"), ...tail];
}

/** ::ffff:0:0/96 (RFC 4291, section 2.5.5.2): how a socket for both families shows IPv4. */
function isMapped(all: readonly string[]): boolean {
  return all.slice(0, 6).join(":") === "0:0:0:0:0:ffff";
}

function twoBytes(group: string): string {
  const value = Number.parseInt(group, 16);
  return `${value >> 8}.${value & 0xff}`;
}
