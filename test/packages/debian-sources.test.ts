import { describe, expect, it } from "vitest";
import { debianMirrors, sourceLines } from "../../src/packages/debian-sources.ts";
import type { SuiteDefinition } from "../../src/packages/suite-definition.ts";

const DEBIAN = [
  "http://mirror.example/debian/ bookworm main Debian",
  "http://mirror.example/debian/ bookworm-updates main Debian",
  "http://secure.example/debian-security/ bookworm-security main Debian",
];

const TRIXIE: SuiteDefinition = { suite: "trixie", pockets: ["updates", "security"] };

describe("the mirrors of a base", () => {
  it("are those that the machine's own apt uses", () => {
    expect(debianMirrors(DEBIAN.join("\n"))).toEqual({
      main: "http://mirror.example/debian/",
      security: "http://secure.example/debian-security/",
    });
  });

  it("are never somebody else's, even if it calls its suites as Debian does", () => {
    const others = [
      "https://vendor.example/repo/ bookworm main Vendor",
      "https://other.example/ bookworm stable Debian",
    ];
    expect(debianMirrors([...others, ...DEBIAN].join("\n"))?.main).toBe("http://mirror.example/debian/");
    expect(debianMirrors(others.join("\n"))).toBeNull();
  });

  it("are unknown on another distribution", () => {
    expect(debianMirrors("http://mirror.example/ubuntu/ noble main Ubuntu")).toBeNull();
    expect(debianMirrors("")).toBeNull();
  });

  it("are asked for the release, its updates and its security fixes", () => {
    const mirrors = { main: "http://mirror.example/debian/", security: "http://secure.example/" };
    expect(sourceLines(TRIXIE, mirrors)).toEqual([
      "deb http://mirror.example/debian/ trixie main",
      "deb http://mirror.example/debian/ trixie-updates main",
      "deb http://secure.example/ trixie-security main",
    ]);
    expect(sourceLines(TRIXIE, { main: mirrors.main })).toHaveLength(2);
    expect(sourceLines({ suite: "sid", pockets: [] }, mirrors)).toEqual([
      "deb http://mirror.example/debian/ sid main",
    ]);
  });
});
