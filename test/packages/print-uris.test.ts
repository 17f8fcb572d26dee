import { describe, expect, it } from "vitest";
import { parsePrintUris } from "../../src/packages/print-uris.ts";

const SHA256 = "feff874772cae904ae4d24e917b35664952bec4b4ae910f3b0a1c8f5d2e9f7a1";

describe("what apt says it would fetch", () => {
  it("is read from its lines, with the escapes of versions undone", () => {
    const output = [
      "Reading package lists...",
      "The following NEW packages will be installed:",
      "  libexpat1 gcc",
      `'http://mirror.example/pool/e/libexpat1_2.9.0-1%7edeb13u1_amd64.deb' libexpat1_2.9.0-1~deb13u1_amd64.deb 125744 SHA256:${SHA256}`,
      `'http://mirror.example/pool/g/gcc_14.2.0-1_amd64.deb' gcc_4%3a14.2.0-1_amd64.deb 1234 SHA256:${SHA256}`,
      "",
    ].join("\n");
    expect(parsePrintUris(output)).toEqual([
      {
        url: "http://mirror.example/pool/e/libexpat1_2.9.0-1%7edeb13u1_amd64.deb",
        file: "libexpat1_2.9.0-1~deb13u1_amd64.deb",
        name: "libexpat1",
        version: "2.9.0-1~deb13u1",
        size: 125744,
        sha256: SHA256,
      },
      {
        url: "http://mirror.example/pool/g/gcc_14.2.0-1_amd64.deb",
        file: "gcc_4%3a14.2.0-1_amd64.deb",
        name: "gcc",
        version: "4:14.2.0-1",
        size: 1234,
        sha256: SHA256,
      },
    ]);
  });

  it("is nothing where the base has everything", () => {
    expect(parsePrintUris("Reading package lists...\n0 upgraded, 0 newly installed.\n")).toEqual([]);
  });

  it.each([
    ["a weak hash", "MD5Sum:d41d8cd98f00b204e9800998ecf8427e"],
    ["no hash", ""],
    ["half a hash", `SHA256:${SHA256.slice(0, 32)}`],
  ])("is refused where an archive comes with %s", (_what, hash) => {
    const line = `'http://mirror.example/a_1_all.deb' a_1_all.deb 10 ${hash}`;
    expect(() => parsePrintUris(line)).toThrow(/without a SHA-256/);
  });
});
