import { expect, test } from "vitest";
import { isPublicAddress } from "../../src/callbacks/public-address.ts";

/** Ranges by their first and last address, with the addresses just before and after where those are public. */
const RANGES: readonly (readonly string[])[] = [
  ["this network", "0.0.0.0", "0.255.255.255", "", "1.0.0.0"],
  ["private", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"],
  ["behind a provider's translator", "100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"],
  ["loopback", "127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"],
  ["link-local", "169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"],
  ["private", "172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"],
  ["protocol assignments", "192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"],
  ["documentation", "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"],
  ["relays of 6to4", "192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"],
  ["private", "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"],
  ["benchmarks", "198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"],
  ["documentation", "198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"],
  ["documentation", "203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"],
  ["multicast", "224.0.0.0", "239.255.255.255", "223.255.255.255"],
  ["reserved, and broadcast", "240.0.0.0", "255.255.255.255"],
  [
    "below global unicast: unspecified, loopback, compatible and mapped IPv4",
    "::",
    "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "",
    "2000::",
  ],
  [
    "protocol assignments",
    "2001::",
    "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:200::",
  ],
  [
    "documentation",
    "2001:db8::",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db9::",
  ],
  [
    "6to4",
    "2002::",
    "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2003::",
  ],
  [
    "documentation",
    "3fff::",
    "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
    "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff:1000::",
  ],
  [
    "above global unicast",
    "4000::",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  ],
];

test.each(RANGES)(
  "%s, %s to %s, is not public; what is beside it is",
  (_, first = "", last = "", ...beside) => {
    expect([isPublicAddress(first), isPublicAddress(last)]).toEqual([false, false]);
    for (const address of beside) if (address !== "") expect(isPublicAddress(address), address).toBe(true);
  },
);

test.each([
  ...[
    "169.254.169.254",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "::8.8.8.8",
  ],
  ...[
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::",
    "64:ff9b::1",
    "64:FF9B:0:0:0:0:a9fe:a9fe",
    "64:ff9b:1::8.8.8.8",
  ],
  ...[
    "2001:0:808:808::1",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "fc00::1",
    "fdff::1",
    "ff02::1",
    "100::1",
    "5f00::1",
  ],
  ...[
    "2606:4700::1111%eth0",
    "",
    "example.org",
    "127.1",
    "0x7f.1",
    "2130706433",
    "8.8.8.8.",
    " 8.8.8.8",
    "[::1]",
  ],
])("%j is not public", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  "8.8.8.8",
  "1.1.1.1",
  "2606:4700:4700::1111",
  "2a00:1450:4001::200e",
  "64:ff9b::8.8.8.8",
  "64:ff9b::808:808",
])("%j is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});
