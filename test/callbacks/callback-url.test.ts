import { expect, test } from "vitest";
import { callbackUrlFault } from "../../src/callbacks/callback-url.ts";

const NOT_PUBLIC = "leads to an address that is not public";

/** Spellings of places on this machine or in its network. */
const PRIVATE = [
  ...[
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "127.0.0.1.",
    "0",
    "0.0.0.0",
    "%31%32%37.0.0.1",
  ],
  ...["１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1"],
  ...[
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "100.64.0.1",
    "255.255.255.255",
  ],
  ...[
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[0:0:0:0:0:0:0:1]",
    "[fe80::1]",
    "[fd00::1]",
    "[64:ff9b::7f00:1]",
  ],
  ...["localhost", "LOCALHOST", "localhost.", "LocalHost.", "deep.localhost", "ｌocalhost"],
];

test.each(PRIVATE)("http://%s/ is refused, and taken where the operator allows it", (host) => {
  expect(callbackUrlFault(`http://${host}/`, { allowPrivate: false })).toBe(NOT_PUBLIC);
  expect(callbackUrlFault(`http://${host}/`, { allowPrivate: true })).toBeNull();
});

test.each([
  ["nothing", "is no URL"],
  ["//example.org/", "is no URL"],
  ["http://", "is no URL"],
  ["http://256.256.256.256/", "is no URL"],
  ["http://exa mple.org/", "is no URL"],
  ["http://example.org:99999/", "is no URL"],
  ["ftp://example.org/", "is neither http nor https"],
  ["file:///etc/passwd", "is neither http nor https"],
  ["javascript:alert(1)", "is neither http nor https"],
  ["unix:/run/socket", "is neither http nor https"],
  ["http://user@example.org/", "holds a user or a password"],
  ["https://:word@example.org/", "holds a user or a password"],
  ["http://example.org@127.0.0.1/", "holds a user or a password"],
  ["http://example.org:0/", "has a port below 1024 that is neither 80 nor 443"],
  ["http://example.org:25/", "has a port below 1024 that is neither 80 nor 443"],
  ["http://example.org:1023/", "has a port below 1024 that is neither 80 nor 443"],
])("%s %s, whoever allows what", (url, fault) => {
  for (const allowPrivate of [false, true]) expect(callbackUrlFault(url, { allowPrivate })).toBe(fault);
});

test.each([
  ...[
    "https://example.org/told?job=1",
    "http://example.org:80/",
    "https://example.org:443",
    "http://example.org:443/",
  ],
  ...[
    "http://example.org:1024/",
    "http://example.org.:65535/",
    "http://8.8.8.8/",
    "http://[2606:4700::1111]:8080/",
    "http://localhosts.example/",
  ],
])("%s is taken", (url) => {
  expect(callbackUrlFault(url, { allowPrivate: false })).toBeNull();
});
