import { expect, test } from "vitest";
import { listPackages } from "../../src/packages/list-packages.ts";
import type { PackageDefinition } from "../../src/packages/package-definition.ts";
import type { PackageManifest } from "../../src/runtimes/package-manifest.ts";

function index(...versions: string[]): ReadonlyMap<string, PackageDefinition> {
  const described = versions.map((version) => ({
    version,
    architectures: ["amd64" as const],
    size_mb: 1,
    source: { suite: "trixie", apt: ["slsh"] },
    provides: ["slsh"],
  }));
  return new Map([["slsh", { name: "slsh", versions: described }]]);
}

function manifest(version: string, definition: string): PackageManifest {
  const layers = [`slsh/${version}`];
  const rest = { base: "trixie", layers, architecture: "amd64", suite: "trixie", files: [], builtAt: "now" };
  return { format: 1, name: "slsh", version, definition, ...rest };
}

function listed(versions: readonly string[], ...installed: PackageManifest[]) {
  const known = { index: index(...versions), installed, architecture: "amd64" as const, offered: [] };
  return listPackages(known).map((it) => [it.version, it.installed]);
}

test("an installed package stands there once, as it was installed, beside what is not", () => {
  expect(listed(["2.3", "2.2"], manifest("2.3.3", "2.3"))).toEqual([
    ["2.3.3", true],
    ["2.2", false],
  ]);
});

test("a definition whose version is mended still describes what was installed by it", () => {
  expect(listed(["2.3.3"], manifest("2.3.3", "0"))).toEqual([["2.3.3", true]]);
});

test("what another definition installed is not taken for installed twice", () => {
  expect(listed(["2.3.3", "2.3"], manifest("2.3.3", "2.3"))).toEqual([
    ["2.3.3", false],
    ["2.3.3", true],
  ]);
});

test("what the index does not have any more is listed all the same", () => {
  expect(listed(["3.0"], manifest("2.3.3", "2.3"))).toEqual([
    ["3.0", false],
    ["2.3.3", true],
  ]);
});
